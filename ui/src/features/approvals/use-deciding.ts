import { useCallback, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { Card, Decision, Proposal, Status, Tab } from "../../generated/commands.ts";
import type { ProblemError } from "../../shared/host/index.ts";
import { exactTime } from "../../shared/lib/format.ts";
import { keepPlace } from "../../shared/lib/frozen.ts";
import { useHere } from "../../shared/lib/here.ts";
import { whyNot } from "../../shared/lib/rights.ts";
import { useShop } from "../../shared/lib/shop.ts";
import { idOf } from "../../shared/lib/url.ts";
import { announce } from "../../shared/ui/live.tsx";
import { useDecide, useDecideMany, useLook, useProposal, useSettle } from "./api.ts";
import { between, type Finding, isOpen, nextOpen, titleOf } from "./logic.ts";
import { forgetMissed, noteMissed } from "./missed.ts";
import type { Queue } from "./use-queue.ts";
import { useSaid } from "./use-said.ts";
import { words } from "./words.ts";

export type Asking = "reject" | "later" | "edit" | "settle" | "bulk";

interface Question {
  asking: Asking;
  /** Where the person stood. */
  id: number | undefined;
  /** The card as it was painted when the question came up; a question that came before waits for it. */
  about: Proposal | undefined;
}

const needsCard = ({ asking }: Question) => asking !== "settle" && asking !== "bulk";

/** Where the person stands in the queue, and what can be done from there. */
export function useDeciding(tab: Tab, wanted: string | undefined, queue: Queue, status: Status) {
  const { locale, ...place } = useShop();
  const [, go] = useLocation();
  const { order, cards } = queue;
  const id = idOf(wanted) ?? order[0];
  const active = id === undefined ? -1 : order.indexOf(id);

  const shown = useProposal(id);
  const proposal = shown.data?.card.id === id ? shown.data : undefined;
  const card = (id === undefined ? undefined : cards.get(id)) ?? proposal?.card;

  const decide = useDecide();
  const many = useDecideMany();
  const look = useLook();
  const settle = useSettle();
  const said = useSaid();
  const [question, setQuestion] = useState<Question>();
  const [problem, setProblem] = useState<ProblemError>();
  const [hint, setHint] = useState<string>();
  const [notes, setNotes] = useState<ReadonlyMap<number, string>>(new Map());
  // By id, the version of each row when it was selected.
  const [selected, setSelected] = useState<ReadonlyMap<number, number>>(new Map());
  const [history, setHistory] = useState(false);
  const anchor = useRef<number>(undefined);
  // The cards whose decision the core has not answered; the next card need not wait for it.
  const underWay = useRef(new Set<number>());
  const looking = useRef(new Set<number>());
  // An answer may come when the person has moved on already.
  const standing = useRef(id);
  standing.current = id;
  const here = useHere();
  const isAt = (other: number | undefined) => here.current && standing.current === other;
  const painted = useRef(cards);
  painted.current = cards;
  const cardBox = useRef<HTMLElement>(null);
  const listBox = useRef<HTMLDivElement>(null);
  const filterBox = useRef<HTMLInputElement>(null);

  // The first version a person saw of each card, against which later ones are compared.
  const [seen, setSeen] = useState<ReadonlyMap<number, Proposal>>(new Map());
  if (proposal && !seen.has(proposal.card.id)) setSeen(new Map(seen).set(proposal.card.id, proposal));
  const markSeen = () => {
    if (proposal) setSeen(new Map(seen).set(proposal.card.id, proposal));
  };

  if (question && needsCard(question) && !question.about && (question.id !== id || proposal)) {
    const fixed = question.asking === "edit" && proposal?.editable.length === 0;
    setQuestion(question.id === id && !fixed ? { ...question, about: proposal } : undefined);
    if (question.id === id && fixed) setHint(words.nothingToEdit);
  }

  const plan = (proposal?.linked ?? []).flatMap((other) => {
    const known = cards.get(other);
    return known && other !== id ? [known] : [];
  });
  const openPlan = plan.filter(isOpen);

  const goTo = (to: number | undefined) => {
    if (to === undefined) return;
    setProblem(undefined);
    setHint(undefined);
    go(`/approvals/${tab}/${to}`, { replace: true });
  };
  const focusList = () =>
    listBox.current?.querySelector<HTMLElement>("[role=grid]")?.focus({ preventScroll: true });
  const move = (step: number) => goTo(order[Math.max(0, Math.min(order.length - 1, active + step))]);
  const tell = (text: string) => {
    setHint(text);
    announce(text);
  };

  /** Goes to the next row that waits, unless the person has gone elsewhere meanwhile. */
  const moveOn = () => {
    if (!isAt(id)) return;
    const open = (other: number) => {
      const row = cards.get(other);
      return other !== id && row !== undefined && isOpen(row) && queue.isListed(other) && !notes.has(other);
    };
    if (active >= 0) goTo(order[nextOpen(order, active, open)]);
  };

  /** Says something about a card that the person has left; in another place it waits until it is seen. */
  const tellOf = (about: Card, text: string) => {
    const said = words.aboutAnother(titleOf(about, locale), text);
    if (!here.current) noteMissed({ id: about.id, tab, said });
    tell(said);
  };

  const failed = (error: ProblemError, about: Card) => {
    const { code, message, hint: next } = error.problem;
    if (!isAt(about.id)) {
      return tellOf(about, code === "too_fast" ? words.tooFast : [message, next].filter(Boolean).join(" "));
    }
    if (code === "too_fast") return tell(words.tooFast);
    // The card itself says what changed, as soon as it is read again.
    if (code === "changed") return tell(message);
    setProblem(error);
    announce(message, "assertive");
  };

  const ask = (asking: Asking | undefined) => {
    // The answer that is on its way may leave nothing to ask about this card.
    if (asking && asking !== "bulk" && id !== undefined && underWay.current.has(id)) return;
    setHint(undefined);
    setProblem(undefined);
    setQuestion(asking && { asking, id, about: proposal });
  };

  /** Closes the question about a card; an answer may come when another one is open already. */
  const answered = (about: number) =>
    setQuestion((open) => (open?.id === about && open.asking !== "bulk" ? undefined : open));

  /** Keeps a card among those that wait for an answer until it is there, and says what went wrong with it. */
  const follow = <Found>(
    waiting: Set<number>,
    about: Card,
    answer: Promise<Found>,
    then: (found: Found) => void,
  ) => {
    waiting.add(about.id);
    forgetMissed(about.id);
    void answer
      .then(then, (error: ProblemError) => failed(error, about))
      .finally(() => waiting.delete(about.id));
  };

  const take = (decision: Decision) => {
    setHint(undefined);
    setProblem(undefined);
    const subject = question?.about ?? proposal;
    if (!subject) return tell(words.notPainted);
    const { id: decidedId, version } = subject.card;
    if (!isOpen(cards.get(decidedId) ?? subject.card)) return tell(words.decidedAlready);
    if (underWay.current.has(decidedId)) return;
    const decided = ({ card: now }: { card: Card }) => {
      answered(decidedId);
      queue.note([now]);
      if (decision.is === "edit") return;
      if (decision.is === "approve") said(words.saidApproved);
      if (decision.is === "reject") said(words.saidRejected);
      if (decision.is === "later") {
        const note = words.askedLater(exactTime(decision.until, { locale, ...place }));
        setNotes((before) => new Map(before).set(decidedId, note));
        announce(words.saidLater);
      }
      moveOn();
    };
    // A question stays open with what was typed: it can be tried again, or closed.
    const answer = decide.mutateAsync({ id: decidedId, version, decision });
    follow(underWay.current, subject.card, answer, decided);
  };

  const chosen: Card[] = order.flatMap((other) => {
    const row = selected.has(other) ? cards.get(other) : undefined;
    return row && isOpen(row) ? [row] : [];
  });

  const toggle = useCallback((other: number) => {
    setSelected((before) => {
      const next = new Map(before);
      if (!next.delete(other)) next.set(other, painted.current.get(other)?.version ?? 0);
      return next;
    });
    anchor.current = other;
  }, []);

  /** Adds rows to a selection; those that are in it keep the version they were selected at. */
  const withRows = (before: ReadonlyMap<number, number>, rows: readonly number[]) => {
    const added = rows.map((other) => [other, cards.get(other)?.version ?? 0] as const);
    return new Map([...added, ...before]);
  };

  const closed = card && !isOpen(card) ? words.decidedAlready : undefined;
  const unsettled = card?.state === "in_doubt" ? undefined : words.notInDoubt;

  const selectNone = () => {
    anchor.current = undefined;
    setSelected(new Map());
  };

  return {
    locale,
    id,
    active,
    card,
    proposal,
    shown,
    seen: id === undefined ? undefined : seen.get(id),
    markSeen,
    plan,
    openPlan,
    notes,
    selected,
    chosen,
    history_open: history,
    asking: question?.asking,
    about: question?.about,
    problem,
    hint,
    cardBox,
    listBox,
    filterBox,
    busy: decide.isPending || settle.isPending,
    why: {
      many: whyNot(status.role, "approvals_decide_many"),
      approve: whyNot(status.role, "approvals_decide") ?? closed,
      edit:
        whyNot(status.role, "approvals_decide") ??
        closed ??
        (proposal && proposal.editable.length === 0 ? words.nothingToEdit : undefined),
      look:
        whyNot(status.role, "approvals_look") ??
        card?.cannot_look ??
        (card?.state === "accepted" ? undefined : unsettled),
      settle: whyNot(status.role, "approvals_settle") ?? unsettled,
    },
    take,
    toggle,
    goTo,
    move,
    enter: () => cardBox.current?.focus(),
    leave: () => {
      if (listBox.current?.contains(document.activeElement) && selected.size > 0) selectNone();
      focusList();
    },
    select: () => {
      if (id === undefined) return;
      toggle(id);
      move(1);
    },
    selectAll: () => setSelected(withRows(new Map(), order.filter(queue.isListed))),
    selectNone,
    extend: (at: number) => {
      const known = anchor.current === undefined ? -1 : order.indexOf(anchor.current);
      const from = known >= 0 ? known : Math.max(active, 0);
      if (known < 0) anchor.current = order[from];
      setSelected(withRows(selected, between(order, from, at)));
      goTo(order[at]);
    },
    approve: () => (chosen.length > 0 ? ask("bulk") : take({ is: "approve" })),
    approvePlan: () => {
      if (!proposal || underWay.current.has(proposal.card.id)) return;
      const about = proposal.card;
      const items = [about, ...openPlan].map((one) => ({ id: one.id, version: one.version }));
      const answer = many.mutateAsync({ items, decision: { is: "approve" } });
      follow(underWay.current, about, answer, ({ done, exceptions }) => {
        queue.note(done);
        if (done.length > 0) said(words.saidApproved, done.length);
        const why = exceptions.map(({ message }) => message).join(" ");
        if (exceptions.length === 0) moveOn();
        else if (isAt(about.id)) tell(why);
        else tellOf(about, why);
      });
    },
    edit: () => ask("edit"),
    reject: () => ask("reject"),
    later: () => ask("later"),
    settle: () => ask("settle"),
    settled: (finding: Finding, note: string) => {
      const about = card?.id === question?.id ? card : cards.get(question?.id ?? 0);
      if (!about || underWay.current.has(about.id)) return;
      const answer = settle.mutateAsync({
        id: about.id,
        happened: finding === "happened",
        send_again: finding === "send_again",
        note,
      });
      follow(underWay.current, about, answer, ({ card: now }) => {
        answered(about.id);
        queue.note([now]);
      });
    },
    look: () => {
      if (!card || looking.current.has(card.id)) return;
      follow(looking.current, card, look.mutateAsync({ id: card.id }), ({ card: now }) => queue.note([now]));
    },
    ask,
    takeIn: () => {
      const latest = queue.list.data?.cards.map((row) => row.id) ?? [];
      queue.take();
      setNotes(new Map());
      selectNone();
      goTo(latest[keepPlace(latest, id, active)]);
    },
    filter: () => filterBox.current?.focus(),
    history: () => setHistory((open) => !open),
    show: (to: Tab) => go(`/approvals/${to}`),
    forgetProblem: () => setProblem(undefined),
  };
}

export type Deciding = ReturnType<typeof useDeciding>;
