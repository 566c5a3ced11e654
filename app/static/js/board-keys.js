// The keyboard alone: arrows from turn to turn, Enter or Space takes one, arrows choose a place, Enter puts it down.
// Ctrl+Z undoes the last edit, Ctrl+Y makes it again, wherever one is on the page.

// The letter of a key, in small; with a keyboard that writes no Latin letters, the one printed beside them.
function letter(event) {
  return (/^[a-z]$/i.test(event.key) || !event.code.startsWith("Key") ? event.key : event.code.slice(3)).toLowerCase();
}

export function steer(root, hand) {
  const cards = () => [...root.querySelectorAll(".desk .board a.turn, .desk .reserve a.turn")];

  // One stop for Tab in the table and one in the reserve; arrows do the rest.
  function rove() {
    for (const part of [".board", ".reserve"]) {
      const all = [...root.querySelectorAll(`.desk ${part} a.turn`)];
      all.forEach((card, n) => card.setAttribute("tabindex", n === 0 ? "0" : "-1"));
    }
    cards().forEach((card) => card.setAttribute("role", "button"));
  }
  rove();
  root.addEventListener("board:shown", rove);
  root.addEventListener("focusin", (event) => {
    const card = event.target.closest?.(".desk .board a.turn, .desk .reserve a.turn");
    if (card) {
      card.closest(".board, .reserve").querySelectorAll("a.turn[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
      card.setAttribute("tabindex", "0");
    }
  });
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-step]");
    if (form) {
      event.preventDefault();
      hand.step(form);
    }
  });

  document.addEventListener("keydown", (event) => {
    const named = (event.ctrlKey || event.metaKey) && !event.altKey ? letter(event) : "";
    const writing = event.target.closest?.("input, textarea, select, dialog");
    if ((named !== "z" && named !== "y") || hand.busy || hand.card || writing || document.querySelector("dialog[open]")) {
      return;
    }
    event.preventDefault();
    const step = named === "y" || event.shiftKey ? "redo" : "undo";
    const form = root.querySelector(`form[data-step="${step}"]`);
    if (!form.querySelector("button").disabled) {
      hand.step(form);
    }
  });

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || hand.busy || event.target.closest("dialog")) {
      return;
    }
    const card = event.target.closest("a.turn[data-who]");
    if (hand.card ? inHand(event) : card && onCard(event, card)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  function onCard(event, card) {
    const key = event.key;
    if (key === "Enter" || key === " ") {
      take(card);
    } else if (letter(event) === "f") {
      window.location.assign(card.href);
    } else if (key.startsWith("Arrow")) {
      next(card, key)?.focus();
    } else {
      return false;
    }
    return true;
  }

  async function take(card) {
    if (await hand.pick(card)) {
      const [stand, start] = card.dataset.at ? card.dataset.at.split("|") : first();
      aim(stand, Number(start));
    }
  }

  // The first place worth aiming at for somebody of the reserve.
  function first() {
    return seek(-1, 1) ?? [rows()[0].dataset.stand, 0];
  }

  const rows = () => [...hand.table.querySelectorAll("tr[data-stand]")];

  function aim(stand, start) {
    hand.aim(hand.place(stand, start));
    hand.table.querySelector(".landing")?.scrollIntoView({ block: "center", inline: "center" });
  }

  function inHand(event) {
    const key = event.key;
    const at = hand.target;
    if (key === "Escape") {
      hand.cancel();
    } else if (!hand.answer) {
      return key !== "Tab";
    } else if (key === "Enter" || key === " ") {
      hand.put();
    } else if (letter(event) === "r") {
      hand.aim(hand.leave() ?? at);
    } else if (letter(event) === "n" || letter(event) === "p") {
      const found = seek(place(at), letter(event) === "n" ? 1 : -1);
      found ? aim(...found) : hand.say(hand.words.nowhere);
    } else if (key.startsWith("Arrow")) {
      step(at, key);
    } else {
      return false;
    }
    return true;
  }

  function step(at, key) {
    const all = rows();
    if (!at || at.kind === "remove") {
      const back = hand.card.dataset.at ? hand.card.dataset.at.split("|") : [all[0].dataset.stand, 0];
      aim(back[0], Number(back[1]));
      return;
    }
    const row = all.findIndex((one) => one.dataset.stand === at.stand);
    if (key === "ArrowUp" || key === "ArrowDown") {
      const to = all[row + (key === "ArrowDown" ? 1 : -1)];
      if (to) {
        aim(to.dataset.stand, at.start);
      }
      return;
    }
    const ahead = (key === "ArrowRight" ? 1 : -1) * hand.forward;
    const to = at.kind === "swap" && ahead > 0 ? at.start + at.length : at.start + ahead;
    if (to >= 0 && to < hand.columns) {
      aim(at.stand, to);
    }
  }

  const place = (at) => (at && at.kind !== "remove" ? rows().findIndex((one) => one.dataset.stand === at.stand) * hand.columns + at.start : -1);

  // The next place, reading row by row, where the card may go.
  function seek(from, way) {
    const all = rows();
    const count = all.length * hand.columns;
    for (let step = 1; step <= count; step += 1) {
      const at = (((from + way * step) % count) + count) % count;
      const [stand, start] = [all[Math.floor(at / hand.columns)].dataset.stand, at % hand.columns];
      if (`${stand}|${start}` !== hand.card.dataset.at && hand.answer.verdicts[hand.answer.places[stand][start]]?.[0] === "allowed") {
        return [stand, start];
      }
    }
    return null;
  }

  // The card beside one, in the direction of an arrow.
  function next(card, key) {
    const all = [...card.closest(".board, .reserve").querySelectorAll("a.turn")];
    if (card.closest(".reserve")) {
      return all[all.indexOf(card) + ({ ArrowDown: 1, ArrowUp: -1 }[key] ?? 0)];
    }
    const own = card.getBoundingClientRect();
    const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const [x, y] = middle(own);
    const found = all.filter((one) => one !== card).map((one) => {
      const [ox, oy] = middle(one.getBoundingClientRect());
      const along = { ArrowRight: ox - x, ArrowLeft: x - ox, ArrowDown: oy - y, ArrowUp: y - oy }[key];
      const across = key === "ArrowRight" || key === "ArrowLeft" ? Math.abs(oy - y) : Math.abs(ox - x);
      return { one, along, cost: along + across * 4 };
    }).filter((one) => one.along > 4);
    return found.sort((a, b) => a.cost - b.cost)[0]?.one;
  }
}
