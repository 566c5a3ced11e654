// The card in hand: what each place means for it, where it would land, and putting it down.
import { ask, send, show, verdicts } from "./board-talk.js";

const RIGHT = "ltr";

export class Hand {
  constructor(root) {
    this.root = root;
    this.told = root.querySelector("#board-told");
    this.words = root.querySelector("#board-words").dataset;
    this.table = root.querySelector('[data-part="table"]');
    this.reserve = root.querySelector('[data-part="reserve"]');
    this.card = null;
    this.answer = null;
    this.target = null;
    this.busy = false;
  }

  // Say a sentence to eyes and ears alike.
  say(text, state = "") {
    this.told.textContent = text;
    this.told.className = `told ${state}`;
  }

  get forward() {
    return getComputedStyle(this.root).direction === RIGHT ? 1 : -1;
  }

  name(card) {
    return card.querySelector(".who").textContent.trim();
  }

  // Take a card; the promise is true once its verdicts are shown.
  async pick(card) {
    if (this.busy) {
      return false;
    }
    this.drop();
    this.card = card;
    card.classList.add("picked");
    this.say(this.words.wait);
    try {
      const answer = await verdicts(this.root, card);
      if (this.card !== card) {
        return false;
      }
      this.answer = answer;
    } catch {
      if (this.card === card) {
        this.drop();
        this.say(this.words.failed, "impossible");
      }
      return false;
    }
    this.paint();
    this.say(this.words.picked.replace("{what}", this.name(card)));
    return true;
  }

  paint() {
    for (const row of this.table.querySelectorAll("tr[data-stand]")) {
      const places = this.answer.places[row.dataset.stand] ?? [];
      for (const cell of row.querySelectorAll("td[data-start]")) {
        cell.dataset.verdict = this.answer.verdicts[places[cell.dataset.start]]?.[0] ?? "impossible";
      }
    }
    for (const other of this.table.querySelectorAll("a.turn")) {
      const index = this.answer.cards[other.dataset.at];
      if (index !== undefined && other !== this.card) {
        other.dataset.verdict = this.answer.verdicts[index][0];
      }
    }
    if (this.answer.reserve !== null) {
      this.reserve.dataset.verdict = this.answer.verdicts[this.answer.reserve][0];
    }
  }

  // Let the card go where it was.
  drop() {
    this.card?.classList.remove("picked");
    this.root.querySelectorAll("[data-verdict]").forEach((one) => one.removeAttribute("data-verdict"));
    this.root.querySelector(".landing")?.remove();
    [this.card, this.answer, this.target] = [null, null, null];
  }

  // The place under a stand and a period: a turn to exchange with, or a stretch of the stand.
  place(stand, start) {
    const row = this.table.querySelector(`tr[data-stand="${CSS.escape(stand)}"]`);
    const other = [...row.querySelectorAll("a.turn")].find((one) => {
      const [, first] = one.dataset.at.split("|");
      return start >= Number(first) && start < Number(first) + Number(one.dataset.length) && one !== this.card;
    });
    if (other && this.answer.cards[other.dataset.at] !== undefined) {
      const first = Number(other.dataset.at.split("|")[1]);
      return { kind: "swap", to: other.dataset.at, stand, start: first, length: Number(other.dataset.length),
        verdict: this.answer.verdicts[this.answer.cards[other.dataset.at]], element: other };
    }
    const index = this.answer.places[stand]?.[start];
    const length = this.answer.lengths[stand]?.[start] ?? this.answer.length;
    return { kind: this.card.dataset.at ? "move" : "place", to: `${stand}|${start}`, stand, start, length,
      verdict: this.answer.verdicts[index] ?? ["impossible", this.words.impossible] };
  }

  // Aim at a place (null: at none) and say what dropping there means.
  aim(target) {
    this.root.querySelector(".landing")?.remove();
    this.target = target;
    if (!target) {
      return;
    }
    const [state, sentence] = target.verdict;
    this.say(`${this.label(target)} : ${sentence}`, state);
    if (target.kind !== "remove") {
      this.outline(target, state);
    }
  }

  label(target) {
    if (target.kind === "remove") {
      return this.words.reserve;
    }
    const row = this.table.querySelector(`tr[data-stand="${CSS.escape(target.stand)}"]`);
    const head = this.table.querySelector(`th[data-period="${target.start}"]`);
    const with_ = target.element ? ` (${this.name(target.element)})` : "";
    return `${row.dataset.place}, ${head.dataset.days}${with_}`;
  }

  outline(target, state) {
    const box = document.createElement("div");
    const row = this.table.querySelector(`tr[data-stand="${CSS.escape(target.stand)}"]`);
    const last = Math.min(target.start + target.length, this.columns) - 1;
    const frame = this.table.getBoundingClientRect();
    const sides = [target.start, last].map((n) => this.table.querySelector(`th[data-period="${n}"]`).getBoundingClientRect());
    const left = Math.min(sides[0].left, sides[1].left);
    const line = row.getBoundingClientRect();
    box.className = `landing ${state}`;
    box.style.left = `${left - frame.left + this.table.scrollLeft - this.table.clientLeft}px`;
    box.style.top = `${line.top - frame.top + this.table.scrollTop - this.table.clientTop}px`;
    box.style.width = `${Math.max(sides[0].right, sides[1].right) - left}px`;
    box.style.height = `${line.height}px`;
    box.textContent = { allowed: "✓", breach: "?", impossible: "✕" }[state];
    this.table.append(box);
  }

  get columns() {
    return this.table.querySelectorAll("th[data-period]").length;
  }

  leave() {
    const index = this.answer.reserve;
    return index === null ? null : { kind: "remove", to: "", verdict: this.answer.verdicts[index] };
  }

  // Put the card down where it aims. What is impossible is said, and nothing is sent.
  async put() {
    const { card, target } = this;
    if (!card || !target) {
      this.cancel();
      return;
    }
    const [state, sentence] = target.verdict;
    if (state === "impossible" || (target.kind === "move" && target.to === card.dataset.at)) {
      const said = `${this.label(target)} : ${sentence}`;
      this.drop();
      this.say(said, state);
      card.focus();
      return;
    }
    const values = { kind: target.kind, exhibitor: card.dataset.who, at: card.dataset.at, to: target.to };
    if (target.kind === "place") {
      values.length = target.length;
    }
    this.drop();
    await this.write(values, card.dataset.who);
  }

  cancel() {
    const card = this.card;
    this.drop();
    this.say(this.words.gone);
    card?.focus();
  }

  // Send an edit until it is made, refused or renounced; what was typed is never lost on the way.
  async write(values, who) {
    this.busy = true;
    try {
      let told = await send(this.root, this.root.dataset.edits, values);
      while (told.error === "reason" || told.error === "stale") {
        if (told.error === "stale") {
          show(this.root, told);
          this.say(this.words.changed, "breach");
        }
        const stale = told.error === "stale";
        const reason = await ask(this.root, stale ? "stale" : "reason", stale ? told.changes : told.breaches,
          values.reason ?? "", stale || !values.reason ? "" : (told.faults ?? []).join(" "));
        if (reason === null) {
          this.say(this.words.gone);
          return;
        }
        if (!stale) {
          values.reason = reason;
        }
        told = await send(this.root, this.root.dataset.edits, values);
      }
      this.finish(told, who, values);
    } catch {
      this.say(this.words.failed, "impossible");
    } finally {
      this.busy = false;
    }
  }

  // Undo or redo; of two people the later one is shown what changed and decides again.
  async step(form) {
    this.busy = true;
    try {
      let told = await send(this.root, form.action, {});
      while (told.error === "stale") {
        show(this.root, told);
        if ((await ask(this.root, "stale", told.changes)) === null) {
          this.say(this.words.gone);
          return;
        }
        told = await send(this.root, form.action, {});
      }
      this.finish(told, null, {});
      this.root.querySelector(`form[data-step="${form.dataset.step}"] button`)?.focus();
    } catch {
      this.say(this.words.failed, "impossible");
    } finally {
      this.busy = false;
    }
  }

  finish(told, who, values) {
    if (told.error) {
      this.say((told.reasons ?? []).join(" "), "impossible");
      return;
    }
    show(this.root, told);
    this.say(told.said, "allowed");
    const there = [...this.root.querySelectorAll(".desk a.turn[data-who]")].filter((one) => one.dataset.who === who);
    (there.find((one) => one.dataset.at === values.to) ?? there[0])?.focus({ preventScroll: true });
  }
}
