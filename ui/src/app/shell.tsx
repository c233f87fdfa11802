import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { ApprovalsPage } from "../features/approvals/approvals-page.tsx";
import { LeavingBar } from "../features/approvals/components/leaving-bar.tsx";
import { CustomerPage } from "../features/customers/customer-page.tsx";
import { CustomersPage } from "../features/customers/customers-page.tsx";
import { TodayPage } from "../features/today/today-page.tsx";
import type { Status } from "../generated/commands.ts";
import type { Reach } from "../shared/host/index.ts";
import { useCommands } from "../shared/lib/commands.ts";
import { Empty, Loading } from "../shared/ui/notice.tsx";
import { Help } from "./help.tsx";
import { Palette } from "./palette.tsx";
import { corners, goTo, places } from "./places.ts";
import { Rail } from "./rail.tsx";
import { SafetyNet } from "./safety-net.tsx";
import s from "./shell.module.css";
import { StopBar, useStop } from "./stop.tsx";
import { TopBar } from "./top-bar.tsx";
import { useOverlay } from "./use-overlay.ts";
import { words } from "./words.ts";

const SettingsPage = lazy(() => import("../features/settings/settings-page.tsx"));

/** The frame around every place: rail, top bar, what is stopped, what can still be undone. */
export function Shell({ status, reach }: { status: Status; reach: Reach | undefined }) {
  const [at, go] = useLocation();
  useArrival(at);
  const palette = useOverlay();
  const help = useOverlay();
  const stop = useStop(status);

  useCommands(
    [
      ...places.map((place) => ({
        id: goTo(place.path),
        title: words.go(place.title),
        section: words.sectionWindow,
        keys: [place.key],
        run: () => go(place.path),
      })),
      ...corners.map((corner) => ({
        id: goTo(corner.path),
        title: corner.title,
        section: words.sectionSettings,
        run: () => go(corner.path),
      })),
      {
        id: "window.find",
        title: words.findTitle,
        section: words.sectionWindow,
        keys: ["$mod+k"],
        everywhere: true,
        quiet: true,
        run: palette.show,
      },
      {
        id: "window.help",
        title: words.help,
        section: words.sectionWindow,
        keys: ["[Shift]+?"],
        run: help.show,
      },
      stop.command,
    ],
    "window",
  );

  return (
    <div className={s.window}>
      <button type="button" className={s.skip} onClick={skip}>
        {words.skip}
      </button>
      {status.practice && (
        <div className={s.practice}>
          <span>{words.practice}</span>
        </div>
      )}
      <Rail waiting={status.waiting} />
      <div className={s.main}>
        <TopBar status={status} reach={reach} onFind={palette.show} stop={stop} />
        <StopBar status={status} stop={stop} />
        {reach === "lost" && (
          <p className={s.lost} role="status">
            {words.lost}
          </p>
        )}
        <main id="content" className={s.content} tabIndex={-1}>
          {/* A place that fails leaves the way out, the stop switch and undo as they are. */}
          <SafetyNet of={at}>
            <Suspense fallback={<Loading />}>
              <Switch>
                <Route path="/today">
                  <TodayPage status={status} />
                </Route>
                <Route path="/approvals/:tab?/:id?">
                  {({ tab, id }) => <ApprovalsPage status={status} tab={tab} id={id} />}
                </Route>
                <Route path="/customers">
                  <CustomersPage />
                </Route>
                <Route path="/customers/:id/:event?">
                  {({ id, event }) => <CustomerPage key={id} id={id} event={event} />}
                </Route>
                <Route path="/settings/:section?/:item?">
                  {({ section, item }) => <SettingsPage status={status} section={section} item={item} />}
                </Route>
                <Route path="/">
                  <Redirect to="/today" replace />
                </Route>
                <Route>
                  <Empty title={words.notFound} action={<a href="#/today">{words.notFoundNext}</a>} />
                </Route>
              </Switch>
            </Suspense>
          </SafetyNet>
        </main>
        <LeavingBar role={status.role} inDoubt={status.in_doubt} />
      </div>
      <Palette open={palette.open} onClose={palette.hide} />
      <Help open={help.open} onClose={help.hide} />
    </div>
  );
}

/** Names the window after its place, and takes in the focus that the last place left behind. */
function useArrival(at: string) {
  const place = places.find(({ path }) => at === path || at.startsWith(`${path}/`));
  useEffect(() => {
    document.title = place ? words.windowTitle(place.title) : words.app;
    // A place that wants the focus elsewhere has taken it by now.
    if (document.activeElement === document.body) document.getElementById("content")?.focus();
  }, [place]);
}

/** The address belongs to the places, so this moves the focus itself. */
function skip() {
  document.getElementById("content")?.focus();
}
