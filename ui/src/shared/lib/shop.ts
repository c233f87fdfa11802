import { createContext, useContext } from "react";
import type { Place } from "./format.ts";

/** How figures of this shop are written; the person's language, the shop's time zone. */
export interface Shop extends Place {
  name: string | undefined;
  currency: string | undefined;
}

const ShopContext = createContext<Shop>({
  name: undefined,
  currency: undefined,
  locale: undefined,
  timeZone: undefined,
});

export const ShopProvider = ShopContext.Provider;

export function useShop(): Shop {
  return useContext(ShopContext);
}
