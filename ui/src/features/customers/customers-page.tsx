import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { useCommands } from "../../shared/lib/commands.ts";
import { formatCount, formatSums } from "../../shared/lib/format.ts";
import { usePreferences } from "../../shared/lib/preferences.ts";
import { useShop } from "../../shared/lib/shop.ts";
import { textOf } from "../../shared/lib/url.ts";
import { Answer } from "../../shared/ui/answer.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { When } from "../../shared/ui/figures.tsx";
import { Cell, Grid } from "../../shared/ui/grid.tsx";
import { Empty, Loading } from "../../shared/ui/notice.tsx";
import { Page, Panel } from "../../shared/ui/page.tsx";
import { SearchBox } from "../../shared/ui/search-box.tsx";
import { useCustomers } from "./api.ts";
import s from "./customers-page.module.css";
import { customersCommands } from "./keys.ts";
import { words } from "./words.ts";

const ROW_HEIGHTS = { compact: 32, normal: 40, roomy: 48 };

/** Who is this? A list of up to a million people, searched as one types. */
export function CustomersPage() {
  const { locale } = useShop();
  const { density } = usePreferences();
  const [, go] = useLocation();
  const [params, setParams] = useSearchParams();
  const text = textOf(params.get("q"));
  const [active, setActive] = useState(0);
  const [view, setView] = useState({ first: 0, end: 50 });
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const { head, rowAt } = useCustomers(text, view.first, view.end);
  const total = head.data?.total ?? 0;

  // The search whose first row was asked for before it was there.
  const [wanted, setWanted] = useState<string>();

  const open = (at: number) => {
    // The rows of the last search are on screen until the new ones are there; they are other people.
    const row = head.isPlaceholderData ? undefined : rowAt(at);
    if (row) go(`/customers/${row.id}`);
    else if (at === 0 && text !== "" && (head.isPlaceholderData || head.isPending)) setWanted(text);
  };
  const first = wanted === text && !head.isPlaceholderData ? rowAt(0) : undefined;
  const nobody = wanted === text && !head.isPlaceholderData && head.data?.total === 0;
  useEffect(() => {
    if (first) go(`/customers/${first.id}`);
    // Whoever comes to be found later is not what was asked for.
    if (nobody) setWanted(undefined);
  }, [first, nobody, go]);
  const focusList = () => list.current?.querySelector<HTMLElement>("[role=grid]")?.focus();
  const search = (next: string) => {
    setActive(0);
    setWanted(undefined);
    setParams(next === "" ? {} : { q: next }, { replace: true });
  };
  const moveTo = (at: number) => {
    setWanted(undefined);
    setActive(at);
  };
  useCommands(
    customersCommands({
      move: (step) => moveTo(Math.max(0, Math.min(total - 1, active + step))),
      open: () => open(active),
      search: () => box.current?.select(),
    }),
  );

  // That nobody was found for the last search says nothing about this one.
  const unknown = head.isPlaceholderData && total === 0;
  const counted =
    head.data &&
    !unknown &&
    (head.data.total_exact ? words.count(total) : words.atLeast(formatCount(total, locale)));
  return (
    <Page
      title={words.title}
      head={
        <>
          <SearchBox
            ref={box}
            className={s.search}
            label={words.search}
            command="customers.search"
            placeholder={words.searchPlaceholder}
            value={text}
            // The place exists to be searched; arriving here is asking for the field.
            autoFocus
            maxLength={200}
            onChange={search}
            keys={{
              Enter: () => open(active),
              Escape: text === "" ? undefined : () => search(""),
              ArrowDown: focusList,
            }}
          />
          <p className={s.count} role="status">
            {counted}
          </p>
        </>
      }
    >
      <Panel className={s.panel}>
        <Answer query={head} loading={<Loading rows={12} />}>
          {() =>
            unknown ? (
              <Loading rows={12} />
            ) : total === 0 && text === "" ? (
              <Empty
                title={words.empty}
                action={<Link href="/settings/connections">{words.emptyAction}</Link>}
              >
                {words.emptyNext}
              </Empty>
            ) : total === 0 ? (
              <Empty
                title={words.nobody(text)}
                action={<Button onClick={() => search("")}>{words.clear}</Button>}
              >
                {words.nobodyNext}
              </Empty>
            ) : (
              <>
                <div className={s.headings} aria-hidden="true">
                  <span className={s.name}>{words.name}</span>
                  <span className={s.email}>{words.email}</span>
                  <span className={s.number}>{words.orders}</span>
                  <span className={s.spent}>{words.spent}</span>
                  <span className={s.open}>{words.open}</span>
                  <span className={s.last}>{words.last}</span>
                </div>
                <div className={s.rows} ref={list}>
                  <Grid
                    label={words.list}
                    count={total}
                    columns={6}
                    rowHeight={ROW_HEIGHTS[density]}
                    rowAt={rowAt}
                    keyOf={(row) => row.id}
                    active={active}
                    onActive={moveTo}
                    onOpen={open}
                    onWindow={(first, end) => setView({ first, end })}
                    cells={(row) => (
                      <>
                        <Cell className={s.name}>{row.name}</Cell>
                        <Cell className={s.email}>{row.email}</Cell>
                        <Cell className={s.number}>{formatCount(row.orders, locale)}</Cell>
                        <Cell className={s.spent}>
                          {row.spent.length > 0 ? formatSums(row.spent, locale) : "–"}
                        </Cell>
                        <Cell className={s.open}>
                          {row.open_tickets > 0 ? formatCount(row.open_tickets, locale) : ""}
                        </Cell>
                        <Cell className={s.last}>
                          <When at={row.last_event} />
                        </Cell>
                      </>
                    )}
                  />
                </div>
              </>
            )
          }
        </Answer>
      </Panel>
    </Page>
  );
}
