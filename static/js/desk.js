// The draft form: keeps what is typed, says when it did, saves on a pause and on leaving, and asks before anything that
// is not kept would be lost. The page works without it; the figures beside the form are htmx's business.
(() => {
  const form = document.getElementById("draft-form");
  const saved = document.getElementById("saved");
  const told = document.getElementById("told");
  if (!form || !saved) return;
  const SETTLED_TYPING = 1000; // after the last change
  const LONGEST_UNKEPT = 1500; // while somebody types on; half a second is left for the way to the server
  const PAUSE = 60000;
  const UNSAID = { 403: "You are signed out; sign in again in another tab and come back." };
  const BEACON_LIMIT = 60000; // what a browser still sends from a page that goes

  let changes = 0; // what was typed
  let kept = 0; // up to which change it is kept
  let waiting = document.getElementById("kept") !== null; // something kept waits to become a save
  let unsentSince = 0;
  let timer = 0;
  let pause = 0;
  let running = null;
  let leaving = false;
  let conflict = "";

  const field = (name) => form.elements[name];

  if ("unsaved" in form.dataset) changed();

  // What goes wrong, and that it is well again, is read out as well; that all goes well is not, every two seconds.
  const tell = (words) => { if (told.textContent !== words) told.textContent = words; };

  function changed() {
    sign();
    changes += 1;
    unsentSince ||= Date.now();
    if (!conflict && saved.textContent !== saved.dataset.unsavedWords) saved.textContent = saved.dataset.unsavedWords;
    plan();
  }

  function plan() {
    clearTimeout(timer);
    clearTimeout(pause);
    const longest = Math.max(0, unsentSince + LONGEST_UNKEPT - Date.now());
    timer = setTimeout(keep, Math.min(SETTLED_TYPING, longest));
    pause = setTimeout(() => keep({ settle: true }), PAUSE);
  }

  // Who signed in again in another tab has a new mark against forged requests; the one on this page is an old one.
  function sign() {
    const mark = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    if (mark) field("csrfmiddlewaretoken").value = mark;
  }

  function body(settle) {
    sign();
    field("sequence").value = Number(field("sequence").value) + 1;
    const data = new URLSearchParams(new FormData(form));
    if (settle) data.set("settle", "1");
    return data;
  }

  async function keep({ settle = false } = {}) {
    if (running) {
      await running;
      if (!settle && kept === changes) return;
    }
    if (leaving || (kept === changes && !(settle && waiting))) return;
    running = send(settle);
    await running;
    running = null;
  }

  async function send(settle) {
    const upTo = changes;
    unsentSince = 0;
    try {
      const response = await fetch(form.dataset.keep, { method: "POST", body: body(settle), credentials: "same-origin" });
      const said = response.headers.get("Content-Type")?.startsWith("application/json");
      const answer = said ? await response.json() : { refused: UNSAID[response.status] ?? "the server failed; trying again with your next change." };
      if (answer.refused) throw new Error(answer.refused);
      kept = upTo;
      note(answer);
    } catch (error) {
      saved.textContent = error instanceof TypeError ? "Not kept: the server does not answer; trying again" : `Not kept: ${error.message}`;
      tell(saved.textContent);
      if (error instanceof TypeError && !leaving) timer = setTimeout(keep, 5000);
    }
  }

  // What the server says of the kept text, shown and remembered.
  function note(answer) {
    waiting = !answer.saved;
    if (answer.content_hash) field("content_hash").value = answer.content_hash;
    if (answer.mark) {
      field("goes_on").value = answer.mark;
      for (const each of document.querySelectorAll("[data-mark]")) each.value = answer.mark;
    }
    if (answer.saved) document.getElementById("kept")?.remove();
    if (answer.cleared) {
      field("override.proposed_score").value = "";
      field("override.reason_code").value = "";
    }
    if (kept !== changes) return;
    saved.textContent = [answer.cleared, answer.unsaved && `${answer.said}: ${answer.unsaved}`].find(Boolean) ?? answer.said ?? saved.textContent;
    if (answer.conflict && answer.conflict !== conflict) {
      conflict = answer.conflict;
      const link = document.createElement("a");
      link.href = conflict;
      link.textContent = "Somebody saved this draft meanwhile: look at both";
      saved.replaceChildren("Kept. ", link);
    }
    if (answer.saved || answer.conflict || told.textContent) tell(saved.textContent);
  }

  form.addEventListener("input", changed);

  // Back from another tab, where one may have signed in again.
  window.addEventListener("focus", () => keep());

  form.addEventListener("submit", () => {
    sign();
    leaving = true;
    clearTimeout(timer);
    clearTimeout(pause);
    field("sequence").value = Number(field("sequence").value) + 1;
  });

  // What is thrown away is not saved on the way out.
  document.querySelector("form:has([data-mark])")?.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
    clearTimeout(pause);
  });

  // A page that comes back from the browser's cache was not left by the form any more.
  window.addEventListener("pageshow", () => { leaving = false; });

  window.addEventListener("beforeunload", (event) => {
    if (kept !== changes && !leaving) {
      keep();
      event.preventDefault();
    }
  });

  // Leaving makes what is kept a save; what is typed and not kept goes along where the browser still sends so much.
  window.addEventListener("pagehide", () => {
    if (leaving || (kept === changes && !waiting)) return;
    let data = body(true);
    if (kept === changes || data.toString().length > BEACON_LIMIT) {
      data = new URLSearchParams({
        only: "settle",
        settle: "1",
        person: field("person").value,
        csrfmiddlewaretoken: field("csrfmiddlewaretoken").value,
      });
    }
    fetch(form.dataset.keep, { method: "POST", body: data, keepalive: true, credentials: "same-origin" }).catch(() => {});
  });

  // Keys: on unless this browser was told otherwise.
  const dialog = document.getElementById("keys");
  const opener = document.getElementById("keys-open");
  const switchedOn = document.getElementById("keys-on");
  const stored = () => { try { return localStorage.getItem("desk-keys"); } catch { return null; } };
  const keysOn = () => switchedOn.checked;
  switchedOn.checked = stored() !== "off";
  switchedOn.addEventListener("change", () => {
    try { localStorage.setItem("desk-keys", switchedOn.checked ? "on" : "off"); } catch { /* this page alone, then */ }
  });
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());

  const inField = (target) => target.matches("input:not([type=radio], [type=checkbox]), textarea, select");

  document.addEventListener("keydown", (event) => {
    if (!keysOn() || dialog.open) return;
    if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !inField(event.target)) {
      event.preventDefault();
      dialog.showModal();
    }
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector('button[name="then"][value="save"]'));
  });

  // Names are of one line, in a field that shows long ones whole.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".task-name textarea")) event.preventDefault();
  });
})();
