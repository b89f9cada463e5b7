// Moments are written in UTC, which is what one reads without scripts; here they become the reader's own time, in the same
// form and with the name of the zone. Days without an hour are days of the record and stay.
(() => {
  const MOMENT = /\d:\d\d(:\d\d)? UTC$/;
  const language = document.documentElement.lang || "en-GB";

  const inUtc = (at, form) => new Intl.DateTimeFormat(language, { ...form, timeZone: "UTC" }).format(at);

  const inZone = (time) => {
    const written = time.textContent.trim();
    const at = new Date(time.dateTime);
    if (!MOMENT.test(written) || Number.isNaN(at.valueOf())) return;
    const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
    if (/:\d\d:\d\d/.test(written)) form.second = "2-digit";
    if (written.includes(",")) {
      form.day = "numeric";
      form.month = written.includes(inUtc(at, { month: "long" })) ? "long" : "short";
      if (/\d{4}/.test(written)) form.year = "numeric";
    }
    time.title = written;
    time.textContent = new Intl.DateTimeFormat(language, form).format(at).replace(/ (at|um) /, ", ");
  };

  const all = (root) => root.querySelectorAll("time[datetime]").forEach(inZone);

  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
})();
