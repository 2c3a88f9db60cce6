// Contribution forms: the preview and similar entries follow the typing. Without this, the preview button shows the same.

const PAUSE = 1200; // ms without a key before a look
const REST = 4000; // ms between two looks

function setUp(form) {
  const place = form.querySelector("[data-live-preview]");
  const title = form.querySelector("[name=title]")?.closest(".field");
  const similar = document.createElement("div");
  similar.setAttribute("role", "status");
  title?.after(similar);
  let timer, sent = "", isLooking = false, last = 0, until = 0;

  const part = (page, name) => [...page.querySelectorAll(`[data-${name}]`)];

  async function look() {
    const data = new URLSearchParams(new FormData(form));
    data.set("action", "live");
    if (isLooking || data.toString() === sent || Date.now() < until) return;
    isLooking = true;
    last = Date.now();
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data });
      if (answer.status === 429) until = Date.now() + 1000 * Number(answer.headers.get("Retry-After") || 60);
      if (!answer.ok) return;
      sent = data.toString();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // The button's own preview at the top would now be out of date.
      document.querySelectorAll("[data-similar], [data-preview]").forEach((old) => old.remove());
      similar.replaceChildren(...part(page, "similar"));
      place.replaceChildren(...part(page, "preview"));
      place.hidden = !place.children.length;
    } catch {
      // No connection: the next key tries again.
    } finally {
      isLooking = false;
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(PAUSE, REST - (Date.now() - last)));
  });
}

document.querySelectorAll("form[data-live]").forEach(setUp);
