import { useMemo, useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { Status, Tab } from "../../generated/commands.ts";
import { useCommands } from "../../shared/lib/commands.ts";
import { formatCount, formatSums, span } from "../../shared/lib/format.ts";
import { usePreferences } from "../../shared/lib/preferences.ts";
import { useShop } from "../../shared/lib/shop.ts";
import { Answer } from "../../shared/ui/answer.tsx";
import { Button } from "../../shared/ui/button.tsx";
import { Grid } from "../../shared/ui/grid.tsx";
import { announce } from "../../shared/ui/live.tsx";
import { Empty, Failed, Loading } from "../../shared/ui/notice.tsx";
import { Page, Panel } from "../../shared/ui/page.tsx";
import { Tabs } from "../../shared/ui/tabs.tsx";
import s from "./approvals-page.module.css";
import { Actions } from "./components/actions.tsx";
import { Bulk } from "./components/bulk.tsx";
import { ProposalCard } from "./components/proposal-card.tsx";
import { Questions } from "./components/questions.tsx";
import rowStyles from "./components/row.module.css";
import { Row } from "./components/row.tsx";
import { Toolbar } from "./components/toolbar.tsx";
import { approvalCommands } from "./keys.ts";
import { type GroupBy, isOpen, plansOf, TABS, tabOf } from "./logic.ts";
import { type Deciding, useDeciding } from "./use-deciding.ts";
import { type Queue, useQueue } from "./use-queue.ts";
import { words } from "./words.ts";

const ROW_HEIGHTS = { compact: 50, normal: 58, roomy: 68 };

/** May this happen? What waits, what is leaving, what is in doubt, what was decided. */
export function ApprovalsPage({
  status,
  tab,
  id,
}: {
  status: Status;
  tab: string | undefined;
  id: string | undefined;
}) {
  const [params] = useSearchParams();
  const view = tabOf(tab ?? params.get("tab") ?? undefined);
  return <View key={view} tab={view} id={id} status={status} />;
}

function View({ tab, id, status }: { tab: Tab; id: string | undefined; status: Status }) {
  const { locale } = useShop();
  const [group, setGroup] = useState<GroupBy>("due");
  const [filter, setFilter] = useState("");
  const queue = useQueue(tab, group, filter);
  const deciding = useDeciding(tab, id, queue, status);
  useCommands(approvalCommands(deciding));

  const { list } = queue;
  const counts = list.data?.counts;
  const total = list.data?.total;
  return (
    <Page
      title={words.title}
      head={
        <>
          <Tabs
            label={words.tabsLabel}
            current={tab}
            tabs={TABS.map((one) => ({
              id: one,
              href: `/approvals/${one}`,
              label: (
                <>
                  {words.tabs[one]}
                  {counts && one !== "decided" && (
                    <span className={s.count}>{formatCount(counts[one], locale)}</span>
                  )}
                  {/* What was decided is refused in part: its sum is nobody's money. */}
                  {one === tab && one !== "decided" && total && total.amounts.length > 0 && (
                    <span className={s.sum}>{formatSums(total.amounts, locale)}</span>
                  )}
                </>
              ),
            }))}
          />
          {(tab === "waiting" || tab === "suggestions") && <Facts queue={queue} />}
        </>
      }
    >
      <Panel className={s.panel}>
        <Answer query={list} loading={<Loading rows={8} tall />}>
          {(data) =>
            data.cards.length === 0 &&
            queue.order.length === 0 &&
            filter === "" &&
            deciding.card === undefined ? (
              <Empty
                title={words.empty[tab]}
                action={<Link href="/settings/workflows">{words.emptyAction}</Link>}
              >
                {words.emptyNext[tab]}
              </Empty>
            ) : (
              <Split
                tab={tab}
                queue={queue}
                deciding={deciding}
                toolbar={
                  <Toolbar
                    filter={filter}
                    onFilter={setFilter}
                    group={group}
                    onGroup={setGroup}
                    filterBox={deciding.filterBox}
                    onLeave={deciding.leave}
                  />
                }
                filtered={filter.trim() !== ""}
                onClearFilter={() => setFilter("")}
              />
            )
          }
        </Answer>
      </Panel>
    </Page>
  );
}

interface SplitProps {
  tab: Tab;
  queue: Queue;
  deciding: Deciding;
  toolbar: React.ReactNode;
  filtered: boolean;
  onClearFilter: () => void;
}

/** The list at the left, the card at the right. */
function Split({ tab, queue, deciding, toolbar, filtered, onClearFilter }: SplitProps) {
  const { density } = usePreferences();
  const { order, cards } = queue;
  const { card, proposal } = deciding;
  const plans = useMemo(() => plansOf(order.flatMap((id) => cards.get(id) ?? [])), [order, cards]);
  return (
    <div className={s.split}>
      <div className={s.left} ref={deciding.listBox}>
        {toolbar}
        <Bulk
          chosen={deciding.chosen}
          versions={deciding.selected}
          why={deciding.why.many}
          all={filtered ? order.length : order.length + queue.beyond}
          cards={cards}
          onNone={deciding.selectNone}
          asking={deciding.asking === "bulk"}
          onAsk={(asking) => deciding.ask(asking ? "bulk" : undefined)}
          onDecided={(answer) => {
            queue.note(answer.done);
            deciding.selectNone();
            announce(words.saidApproved(answer.done.length));
          }}
        />
        <div className={s.rows}>
          {order.length === 0 ? (
            filtered ? (
              <Empty
                title={words.filterNothing}
                action={<Button onClick={onClearFilter}>{words.clearFilter}</Button>}
              />
            ) : (
              <Empty title={words.empty[tab]}>{words.emptyNext[tab]}</Empty>
            )
          ) : (
            <Grid
              label={words.list}
              count={order.length}
              columns={2}
              rowHeight={ROW_HEIGHTS[density]}
              rowAt={(at) => cards.get(order[at] ?? -1)}
              keyOf={(row) => row.id}
              active={deciding.active}
              onActive={(at) => deciding.goTo(order[at])}
              onEnter={deciding.enter}
              onExtend={deciding.extend}
              selected={(row) => deciding.selected.has(row.id)}
              rowClass={(row) =>
                tab === "waiting" && (!isOpen(row) || deciding.notes.has(row.id)) ? rowStyles.dim : undefined
              }
              autoFocus
              cells={(row, state) => (
                <Row
                  card={row}
                  selected={state.selected}
                  planned={row.group !== null && plans.has(row.group)}
                  note={deciding.notes.get(row.id)}
                  onSelect={deciding.toggle}
                />
              )}
            />
          )}
        </div>
        <Outside queue={queue} onTakeIn={deciding.takeIn} />
      </div>
      <div className={s.right}>
        {card ? (
          <ProposalCard
            ref={deciding.cardBox}
            card={proposal && proposal.card.version >= card.version ? proposal.card : card}
            proposal={proposal}
            failed={
              deciding.shown.error && (
                <Failed
                  problem={deciding.shown.error.problem}
                  onRetry={() => void deciding.shown.refetch()}
                />
              )
            }
            seen={deciding.seen}
            onSeen={deciding.markSeen}
            history={deciding.history_open}
            onHistory={deciding.history}
            plan={deciding.plan}
            planAction={
              isOpen(card) &&
              deciding.openPlan.length > 0 && (
                <Button
                  command="approvals.approve_plan"
                  why={deciding.why.approve}
                  onClick={deciding.approvePlan}
                >
                  {words.approvePlan(deciding.openPlan.length + 1)}
                </Button>
              )
            }
            actions={<Actions deciding={deciding} />}
          />
        ) : deciding.shown.error ? (
          <Failed problem={deciding.shown.error.problem} onRetry={() => void deciding.shown.refetch()} />
        ) : (
          <Empty title={words.noCard} />
        )}
      </div>
      <Questions deciding={deciding} />
    </div>
  );
}

/** What waits outside of the list, and how to let it in. */
function Outside({ queue, onTakeIn }: { queue: Queue; onTakeIn: () => void }) {
  const { locale } = useShop();
  const { fresh, more, beyond } = queue;
  const count = (number: number) => formatCount(number, locale);
  const waits = [fresh > 0 && words.fresh(count(fresh)), more > 0 && words.more(count(more))].filter(Boolean);
  const shown = queue.list.data?.cards.length ?? 0;
  return (
    <>
      {waits.length > 0 && (
        <div className={s.fresh} role="status">
          <span>
            {waits.join(", ")} · {words.pressN}
          </span>
          <Button look="quiet" command="approvals.take_in" onClick={onTakeIn}>
            {words.takeIn}
          </Button>
        </div>
      )}
      {beyond > 0 && <p className={s.fresh}>{words.someOf(count(shown), count(shown + beyond))}</p>}
    </>
  );
}

/** How old the queue is and how fast it is worked off. */
function Facts({ queue }: { queue: Queue }) {
  const { data } = queue.list;
  if (!data) return null;
  const oldest = Math.min(...data.cards.map((card) => Date.parse(card.made_at)));
  const facts = [
    Number.isFinite(oldest) && words.oldest(span(Date.parse(data.now) - oldest)),
    data.median_seconds_to_decide !== null && words.median(span(data.median_seconds_to_decide * 1000)),
  ].filter(Boolean);
  return facts.length === 0 ? null : (
    <p className={s.facts} title={words.factsTitle}>
      {facts.join(" · ")}
    </p>
  );
}
