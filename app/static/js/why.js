// Bring what a turn would cost into the page; without this the link opens a page of its own.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-cost]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const box = document.getElementById("cost");
  box.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("cost");
    if (!answer.ok || !found) {
      throw new Error("no answer");
    }
    box.replaceChildren(...found.childNodes);
    box.removeAttribute("aria-busy");
  } catch {
    window.location.assign(link.href);
  }
});
