// The reader's choice of theme. Runs in <head>, before the first paint, so that a dark page never flashes light.
// The choice is a cookie that this script alone reads and writes: no page depends on it, so that one stored page is
// everybody's. Without a choice the system decides.
(() => {
  const root = document.documentElement;
  const YEAR = 365 * 24 * 60 * 60;

  const chosen = () => /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)?.[1] ?? "";

  const keep = (theme) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  };

  const apply = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };

  apply(chosen());

  document.addEventListener("DOMContentLoaded", () => {
    const control = document.querySelector("[data-theme-control]");
    if (!control) return;
    const select = control.querySelector("select");
    select.value = chosen();
    control.hidden = false;
    select.addEventListener("change", () => {
      keep(select.value);
      apply(select.value);
    });
  });
})();
