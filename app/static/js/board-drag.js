// Drag by mouse, pen or finger: one card follows the pointer, the place under it says what dropping means.
const NEAR = 6; // pixels a pointer moves before a press becomes a drag
const EDGE = 48; // pixels from the board's side where it scrolls by itself

export function listen(root, hand) {
  let press = null;
  let ghost = null;

  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest?.(".desk .board a.turn[data-who], .desk .reserve a.turn[data-who]");
    if (card && event.button === 0 && event.pointerType !== "touch" && !hand.busy) {
      press = { card, x: event.clientX, y: event.clientY, offset: grabbed(hand, card, event), dragging: false };
    }
  });
  window.addEventListener("pointermove", (event) => {
    if (!press) {
      return;
    }
    if (!press.dragging && Math.hypot(event.clientX - press.x, event.clientY - press.y) > NEAR) {
      begin(event);
    }
    if (press?.dragging) {
      follow(event);
    }
  });
  window.addEventListener("pointerup", () => end(true));
  window.addEventListener("pointercancel", () => end(false));
  window.addEventListener("keydown", (event) => event.key === "Escape" && press?.dragging && end(false));
  root.addEventListener("click", (event) => {
    if (press?.dragging || root.dataset.dragged) {
      event.preventDefault();
      delete root.dataset.dragged;
    }
  }, true);

  function begin(event) {
    press.dragging = true;
    document.body.classList.add("dragging");
    ghost = document.createElement("div");
    ghost.className = "ghost";
    ghost.style.left = "0";
    ghost.textContent = hand.name(press.card);
    document.body.append(ghost);
    press.ready = hand.pick(press.card).then((ready) => {
      if (ready && press?.dragging) {
        follow(press.last ?? event);
      }
      return ready;
    });
  }

  function follow(event) {
    press.last = event;
    ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
    scroll(hand.table, event);
    if (hand.answer) {
      const found = under(hand, event, press.offset);
      if (found?.to !== hand.target?.to || found?.kind !== hand.target?.kind) {
        hand.aim(found);
      }
    }
  }

  async function end(drop) {
    const held = press;
    press = null;
    if (!held?.dragging) {
      return;
    }
    ghost?.remove();
    document.body.classList.remove("dragging");
    root.dataset.dragged = "1";
    window.setTimeout(() => delete root.dataset.dragged, 50);
    if (!(await held.ready) || !hand.answer) { // another key or hand has let the card go meanwhile
      return;
    }
    if (drop && held.last) {
      hand.aim(under(hand, held.last, held.offset));
      await hand.put();
    } else {
      hand.cancel();
    }
  }
}

// How many periods from its start a card was taken by.
function grabbed(hand, card, event) {
  const [, start] = card.dataset.at.split("|");
  const period = start === undefined ? null : periodAt(hand, event.clientX);
  return period === null ? 0 : Math.max(0, Math.min(Number(card.dataset.length) - 1, period - Number(start)));
}

function periodAt(hand, x) {
  const head = [...hand.table.querySelectorAll("th[data-period]")].find((one) => {
    const box = one.getBoundingClientRect();
    return x >= box.left - 1 && x <= box.right + 1;
  });
  return head ? Number(head.dataset.period) : null;
}

function under(hand, event, offset) {
  const element = document.elementFromPoint(event.clientX, event.clientY);
  if (element?.closest('[data-drop="reserve"]')) {
    return hand.leave();
  }
  const row = element?.closest("tr[data-stand]");
  const period = row && hand.table.contains(row) ? periodAt(hand, event.clientX) : null;
  if (period === null) {
    return null;
  }
  const straight = hand.place(row.dataset.stand, period);
  return straight.kind === "swap" ? straight : hand.place(row.dataset.stand, Math.max(0, period - offset));
}

function scroll(board, event) {
  const box = board.getBoundingClientRect();
  const pull = (at, low, high) => (at < low + EDGE ? -12 : at > high - EDGE ? 12 : 0);
  if (event.clientX > box.left && event.clientX < box.right && event.clientY > box.top && event.clientY < box.bottom) {
    board.scrollBy(pull(event.clientX, box.left, box.right), pull(event.clientY, box.top, box.bottom));
  }
}
