// Tasks and points in place: add, move by button, key or mouse, remove and undo, without a way to the server.
// Without it the same buttons send the form.
(() => {
  const form = document.getElementById("draft-form");
  const status = document.getElementById("row-status");
  const keysOn = document.getElementById("keys-on");
  if (!form || !status) return;

  const rowsOf = (list) => [...list.querySelectorAll(":scope > li:not([data-empty], [data-removed])")];
  const say = (words) => { status.textContent = words; };
  const what = (list) => list.dataset.what[0].toUpperCase() + list.dataset.what.slice(1);

  show(form);

  // Handles to drag, and buttons that no longer send the form: htmx would send it to the address of the last one used.
  function show(part) {
    for (const handle of part.querySelectorAll("[data-drag]")) handle.hidden = false;
    for (const button of part.querySelectorAll("button[name=rearrange]")) {
      button.dataset.command = button.value;
      button.type = "button";
      for (const name of ["name", "value", "formaction"]) button.removeAttribute(name);
    }
  }

  // Numbers, names and anchors follow the order of the rows.
  function renumber(list) {
    const rows = rowsOf(list);
    const { anchor } = list.dataset;
    rows.forEach((row, index) => {
      row.id = `${anchor}-${index}`;
      for (const each of row.querySelectorAll("*")) {
        const at = (name, pattern, to) => {
          const value = each.getAttribute(name);
          if (value !== null && pattern.test(value)) each.setAttribute(name, value.replace(pattern, to));
        };
        at("id", /^(.*?-)\d+(-[a-z_]+)$/, `$1${index}$2`);
        at("for", /^(.*?-)\d+(-[a-z_]+)$/, `$1${index}$2`);
        if (each.matches("input, textarea, select")) at("name", /^(.*)\.\d+\.([a-z_]+)$/, `$1.${index}.$2`);
        if (each.dataset.command?.startsWith("up ")) each.disabled = index === 0;
        if (each.dataset.command?.startsWith("down ")) each.disabled = index === rows.length - 1;
        if ("number" in each.dataset) each.textContent = index + 1;
      }
    });
    for (const none of list.querySelectorAll("[data-empty]")) none.hidden = rows.length > 0;
  }

  // What follows from a new order: figures beside the form, and keeping it.
  function announce(list) {
    renumber(list);
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function place(list, row) {
    const rows = rowsOf(list);
    say(`${what(list)} moved to place ${rows.indexOf(row) + 1} of ${rows.length}`);
  }

  function move(list, row, step) {
    const rows = rowsOf(list);
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    const focused = document.activeElement;
    if (step < 0) other.before(row);
    else other.after(row);
    announce(list);
    place(list, row);
    (focused.disabled ? row.querySelector("button:enabled") : focused).focus();
  }

  // In the place of a removed row stands what brings it back, until the page is left.
  function remove(list, row) {
    const number = rowsOf(list).indexOf(row) + 1;
    const name = row.querySelector("input, textarea").value.trim();
    const gap = document.createElement("li");
    gap.dataset.removed = "";
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button button-small";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => {
      gap.replaceWith(row);
      announce(list);
      say(`${what(list)} ${rowsOf(list).indexOf(row) + 1} is back`);
      row.querySelector("input, textarea").focus();
    });
    gap.append(`${what(list)} ${number} removed${name && `: ${name}`}. `, undo);
    row.replaceWith(gap);
    announce(list);
    say(`${what(list)} ${number} removed. Undo brings it back.`);
    undo.focus();
  }

  function add(list, group) {
    const template = form.querySelector(`template[data-new="${group}"]`);
    const row = template.content.querySelector("li").cloneNode(true);
    list.append(row);
    show(row);
    announce(list);
    row.querySelector("input, textarea").focus();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    const [verb, group] = button.dataset.command.split(" ");
    const list = form.querySelector(`[data-rows="${group}"]`);
    const row = button.closest("li");
    if (verb === "add") add(list, group);
    if (verb === "remove") remove(list, row);
    if (verb === "up") move(list, row, -1);
    if (verb === "down") move(list, row, 1);
  });

  form.addEventListener("keydown", (event) => {
    if (!keysOn.checked || !event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const list = event.target.closest("[data-rows]");
    const row = list && rowsOf(list).find((each) => each.contains(event.target));
    if (!row) return;
    event.preventDefault();
    move(list, row, event.key === "ArrowUp" ? -1 : 1);
  });

  // By mouse or finger: the row follows the pointer past the middle of its neighbours.
  form.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-drag]");
    if (!handle || event.button !== 0) return;
    const list = handle.closest("[data-rows]");
    const row = handle.closest("li");
    const before = rowsOf(list).indexOf(row);
    event.preventDefault();
    row.classList.add("dragged");

    function follow(moved) {
      const rows = rowsOf(list);
      const middle = (each) => { const box = each.getBoundingClientRect(); return box.top + box.height / 2; };
      const index = rows.indexOf(row);
      const above = rows[index - 1];
      const below = rows[index + 1];
      if (above && moved.clientY < middle(above)) above.before(row);
      else if (below && moved.clientY > middle(below)) below.after(row);
    }

    function drop() {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      row.classList.remove("dragged");
      if (rowsOf(list).indexOf(row) === before) return;
      announce(list);
      place(list, row);
    }

    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  });
})();
