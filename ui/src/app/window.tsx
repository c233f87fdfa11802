import { lazy, Suspense, useEffect } from "react";
import { useLocation } from "wouter";
import { FirstStartPage } from "../features/first-start/first-start-page.tsx";
import type { Status } from "../generated/commands.ts";
import { useRead } from "../shared/host/client.ts";
import { useChanges } from "../shared/host/follow.ts";
import { usableLocale } from "../shared/lib/format.ts";
import { useKeys } from "../shared/lib/keys.ts";
import { changePreferences, readPreferences } from "../shared/lib/preferences.ts";
import { ShopProvider } from "../shared/lib/shop.ts";
import { Failed, Loading } from "../shared/ui/notice.tsx";
import { Sign } from "./brand.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";
import s from "./window.module.css";
import { words } from "./words.ts";

const ConnectPage = lazy(() =>
  import("../features/settings/components/connect.tsx").then((part) => ({ default: part.ConnectPage })),
);

/** What the window shows: sign-in, the first choice, or the places. */
export function Window() {
  useKeys();
  const reach = useChanges();
  const status = useRead("status", {});
  const [, go] = useLocation();
  useTheme();

  if (reach === "signed_out" || status.error?.problem.code === "signed_out") return <SignIn />;
  if (status.data) {
    return (
      <ShopProvider value={shopOf(status.data)}>
        {status.data.phase === "first_start" ? (
          <FirstStartPage
            sign={<Sign />}
            connect={(back) => (
              <Suspense fallback={<Loading />}>
                <ConnectPage
                  role={status.data.role}
                  practice={status.data.practice}
                  onBack={back}
                  onDone={go}
                />
              </Suspense>
            )}
          />
        ) : (
          <Shell status={status.data} reach={reach} />
        )}
      </ShopProvider>
    );
  }
  if (status.error) {
    return (
      <main>
        <Failed problem={status.error.problem} onRetry={() => void status.refetch()} />
      </main>
    );
  }
  return <Opening />;
}

/** Opening an encrypted store can take a moment; unseen while it takes none. */
function Opening() {
  return (
    <main className={s.opening}>
      <Sign className={s.sign} />
      <p role="status">{words.opening}</p>
    </main>
  );
}

function shopOf({ shop }: Status) {
  return {
    name: shop?.name,
    currency: shop?.currency ?? undefined,
    timeZone: shop?.time_zone,
    locale: usableLocale(navigator.languages),
  };
}

/** The core keeps the choice of theme; this window keeps a copy, so that it starts in the right one. */
function useTheme() {
  const theme = useRead("preferences", {}).data?.theme;
  useEffect(() => {
    if (theme && theme !== readPreferences().theme) changePreferences({ theme });
  }, [theme]);
}
