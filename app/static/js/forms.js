// Changing the language of a page keeps what was typed in it: the values wait in this tab for the same page in the
// other language, once and for a minute at most. Passwords, files and hidden fields are never kept.
const KEY = `typed ${location.pathname}`;
const MINUTE = 60000;

function fields() {
  const kept = (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type);
  const forms = [...document.querySelectorAll("main form[method=post]")];
  return forms.flatMap((form, n) => [...form.elements].filter(kept).map((field) => [n, field]));
}

// Boxes and buttons of one name are told apart by their value.
const nameOf = (n, field) => [n, field.name, isBox(field) ? field.value : ""].join(" ");
const isBox = (field) => field.type === "checkbox" || field.type === "radio";

function keep() {
  const values = Object.fromEntries(fields().map(([n, field]) => [nameOf(n, field), isBox(field) ? field.checked : field.value]));
  if (Object.keys(values).length) sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), values }));
}

function giveBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);
  if (!kept || Date.now() - kept.at > MINUTE) return;
  for (const [n, field] of fields()) {
    const value = kept.values[nameOf(n, field)];
    if (value === undefined) continue;
    if (isBox(field)) field.checked = value;
    else field.value = value;
  }
}

// A form pressed twice is sent once; it may be sent again after a while, or when one comes back to the page.
const AGAIN = 5000;
const sent = new WeakSet();

function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
  setTimeout(() => sent.delete(form), AGAIN);
}

document.addEventListener("submit", once);
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => sent.delete(form)));
for (const link of document.querySelectorAll(".languages a")) link.addEventListener("click", keep);
giveBack();
