// Forms: focus on the list of errors, words left, a guard against losing typed text and sending twice.

document.querySelector("[data-error-summary]")?.focus();

function setUpWordLimit(box) {
  const limit = Number(box.dataset.maxWords);
  const field = box.querySelector("textarea, input");
  if (!field) return;
  const output = document.createElement("p");
  output.className = "words-left";
  output.setAttribute("role", "status");
  const show = () => {
    const words = field.value.trim().split(/\s+/).filter(Boolean).length;
    output.textContent = `${words} of ${limit} words`;
    output.classList.toggle("is-over", words > limit);
  };
  field.addEventListener("input", show);
  field.after(output);
  show();
}

function setUpGuard(form) {
  let isChanged = false;
  let isSent = false;
  form.addEventListener("input", () => (isChanged = true));
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  // Coming back by the browser's button must find the form alive.
  window.addEventListener("pageshow", () => (isSent = false));
  window.addEventListener("beforeunload", (event) => {
    if (isChanged && !isSent) event.preventDefault();
  });
}

document.querySelectorAll("[data-max-words]").forEach(setUpWordLimit);
document.querySelectorAll("form[data-guard]").forEach(setUpGuard);
