import { type ReactNode, useMemo, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useCommands } from "../../shared/lib/commands.ts";
import { dayOf } from "../../shared/lib/format.ts";
import { present } from "../../shared/lib/now.ts";
import { useShop } from "../../shared/lib/shop.ts";
import { eventIdOf, idOf } from "../../shared/lib/url.ts";
import { Answer } from "../../shared/ui/answer.tsx";
import { Grid } from "../../shared/ui/grid.tsx";
import { Empty, Loading, Progress } from "../../shared/ui/notice.tsx";
import { Panel } from "../../shared/ui/page.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import { useCustomer, useTimeline } from "./api.ts";
import { Back, CustomerHead } from "./components/customer-head.tsx";
import { EventDetail } from "./components/event-detail.tsx";
import { EventRow } from "./components/event-row.tsx";
import s from "./customer-page.module.css";
import { customerCommands } from "./keys.ts";
import { FILTERS, filterOf, lines, listeningSince, nextFilter } from "./logic.ts";
import { words } from "./words.ts";

const ROW_HEIGHT = 44;

/** Who is this, and what happened between us? */
export function CustomerPage({ id, event }: { id: string | undefined; event: string | undefined }) {
  const number = idOf(id);
  if (number === undefined)
    return <Empty title={words.notFound} action={<a href="#/customers">{words.back}</a>} />;
  return <Known id={number} event={eventIdOf(event)} />;
}

function Known({ id, event }: { id: number; event: number | undefined }) {
  const shop = useShop();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const filter = filterOf(params.get("only"));
  const customer = useCustomer(id);
  const timeline = useTimeline(id, filter);
  const [why, setWhy] = useState(false);
  const [active, setActive] = useState(0);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const box = useRef<HTMLDivElement>(null);

  const events = timeline.data;
  const shown = useMemo(
    () => lines(events ?? [], (at) => dayOf(at, 0, shop), unfolded),
    [events, shop, unfolded],
  );
  // Another kind of event may have fewer.
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const since = useMemo(() => listeningSince(events ?? []), [events]);
  const chosen =
    shown.find((line) => line.event.id === event)?.event ?? events?.find((one) => one.id === event);

  const search = params.size > 0 ? `?${params}` : "";
  const open = (at: number) => {
    const line = shown[at];
    if (!line) return;
    if (line.folded.length > 0) setUnfolded(new Set(unfolded).add(line.event.id));
    go(`/customers/${id}/${line.event.id}${search}`, { replace: event !== undefined });
  };
  const close = () => {
    go(`/customers/${id}${search}`, { replace: true });
    box.current?.querySelector<HTMLElement>("[role=grid]")?.focus({ preventScroll: true });
  };
  useCommands(
    customerCommands({
      move: (step) => setActive(Math.max(0, Math.min(shown.length - 1, at + step))),
      open: () => open(at),
      back: () => (event === undefined ? go("/customers") : close()),
      type: () => {
        const next = nextFilter(filter);
        setActive(0);
        setParams(next ? { only: next } : {}, { replace: true });
      },
      why: () => setWhy(!why),
    }),
  );

  const body = (): ReactNode => {
    if (shown.length === 0) return <Empty title={filter ? words.nothingOfKind : words.nothing} />;
    return (
      <Grid
        label={words.timeline}
        count={shown.length}
        columns={4}
        rowHeight={ROW_HEIGHT}
        rowAt={(at) => shown[at]}
        keyOf={(line) => line.event.id}
        active={at}
        onActive={setActive}
        onOpen={open}
        onWindow={(_first, end) => {
          // After a failure a person says when to try again.
          const more = timeline.hasNextPage && !timeline.isFetchingNextPage && !timeline.error;
          if (end > shown.length - 20 && more) {
            void timeline.fetchNextPage();
          }
        }}
        autoFocus
        cells={(line) => <EventRow line={line} since={since} now={present()} narrow={chosen !== undefined} />}
      />
    );
  };

  const href = (one: string | undefined) => `/customers/${id}${one ? `?only=${one}` : ""}`;
  return (
    <div className={s.page}>
      <Back />
      <Answer query={customer} loading={<Loading rows={2} />}>
        {(data) => <CustomerHead customer={data} why={why} onWhy={() => setWhy(!why)} />}
      </Answer>
      <div className={s.body}>
        <Panel className={s.panel}>
          <div className={s.tabs}>
            <h2 className="hidden-text">{words.timeline}</h2>
            <Tabs
              label={words.filterLabel}
              current={filter ?? "all"}
              tabs={[
                { id: "all", href: href(undefined), label: words.all },
                ...FILTERS.map((one) => ({ id: one, href: href(one), label: words.filters[one] })),
              ]}
            />
            {timeline.isFetchingNextPage && <Progress label={words.more} done={0} />}
          </div>
          <div className={s.split}>
            <div className={s.rows} ref={box}>
              <Answer query={timeline} loading={<Loading rows={10} />}>
                {body}
              </Answer>
            </div>
            {chosen && <EventDetail event={chosen} onClose={close} />}
          </div>
        </Panel>
      </div>
    </div>
  );
}
