import { useLocation } from "wouter";
import type { Status } from "../../generated/commands.ts";
import { Page } from "../../shared/ui/page.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { ConnectPage } from "./components/connect.tsx";
import { Connections } from "./components/connections.tsx";
import { Data } from "./components/data.tsx";
import { Guardrails } from "./components/guardrails.tsx";
import { Look } from "./components/look.tsx";
import { Workflows } from "./components/workflows.tsx";
import { SECTIONS, sectionOf } from "./logic.ts";
import s from "./settings-page.module.css";
import { words } from "./words.ts";

interface Props {
  status: Status;
  section: string | undefined;
  item: string | undefined;
}

/** Who may do what, with which accounts? */
export default function SettingsPage({ status, section, item }: Props) {
  const [, go] = useLocation();
  const at = sectionOf(section);
  return (
    <Page
      title={words.title}
      scrolls
      head={
        <Tabs
          label={words.sectionsLabel}
          current={at}
          tabs={SECTIONS.map((one) => ({ id: one, href: `/settings/${one}`, label: words.sections[one] }))}
        />
      }
    >
      <div className={s.content}>
        {at === "connections" && item === "connect" && (
          <ConnectPage
            role={status.role}
            practice={status.practice}
            onBack={() => go("/settings/connections")}
            onDone={go}
          />
        )}
        {at === "connections" && item !== "connect" && (
          <Connections role={status.role} practice={status.practice} item={item} />
        )}
        {at === "workflows" && <Workflows role={status.role} />}
        {at === "guardrails" && <Guardrails role={status.role} />}
        {at === "look" && <Look />}
        {at === "data" && <Data status={status} />}
      </div>
    </Page>
  );
}
