// What the board asks of the server: verdicts before a move, the move itself, undo and redo.

export async function verdicts(root, card) {
  const asked = new URLSearchParams({ exhibitor: card.dataset.who, at: card.dataset.at });
  const answer = await fetch(`${root.dataset.verdicts}?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

export async function send(root, address, values) {
  const body = new URLSearchParams({ ...values, csrf_token: root.dataset.token, version: root.dataset.version });
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

// Put the parts an edit changed in place; what is scrolled stays where it is.
export function show(root, told) {
  for (const [name, html] of Object.entries(told.parts ?? {})) {
    const part = root.querySelector(`[data-part="${name}"]`);
    const open = part.querySelector("details.history")?.open;
    part.innerHTML = html;
    if (open) {
      part.querySelector("details.history").open = true;
    }
  }
  if (told.version !== undefined) {
    root.dataset.version = told.version;
  }
  root.dispatchEvent(new Event("board:shown"));
}

// Ask for a reason, or whether to go on after somebody else's changes; null when the person renounces.
export function ask(root, kind, sentences, typed = "", fault = "") {
  const dialog = root.querySelector("dialog.ask");
  const [title, button] = [dialog.querySelector("h2"), dialog.querySelector("button[value=yes]")];
  const field = dialog.querySelector("textarea");
  title.textContent = title.dataset[kind];
  button.textContent = button.dataset[kind];
  dialog.querySelector("ul").replaceChildren(...sentences.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  dialog.querySelector("[data-for=reason]").hidden = kind !== "reason";
  field.required = kind === "reason";
  field.value = typed;
  dialog.querySelector(".fault").textContent = fault;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? field.value : null), { once: true });
  });
}
