import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { chooseHost } from "./shared/host/index.ts";
import { applyLook, readPreferences } from "./shared/lib/preferences.ts";
import "./shared/ui/tokens.css";
import "./shared/ui/base.css";

applyLook(readPreferences());

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
const host = await chooseHost();
createRoot(root).render(
  <StrictMode>
    <App host={host} />
  </StrictMode>,
);
