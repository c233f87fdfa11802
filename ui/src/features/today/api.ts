import { useRead, useWrite } from "../../shared/host/client.ts";

export const useToday = () => useRead("today", {});
export const useAlertAct = () => useWrite("alerts_act");
