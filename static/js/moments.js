// Moments are written in UTC, which is what one reads without scripts; here they become the reader's own time, in the same
// form and with the name of the zone. Days without an hour are days of the record and stay.
(() => {
  const MOMENT = /\d:\d\d(:\d\d)? UTC$/;
  const MONTHS = "January|February|March|April|June|July|August|September|October|November|December";

  const inZone = (time) => {
    const written = time.textContent.trim();
    const at = new Date(time.dateTime);
    if (!MOMENT.test(written) || Number.isNaN(at.valueOf())) return;
    const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
    if (/:\d\d:\d\d/.test(written)) form.second = "2-digit";
    if (/[A-Za-z]{3,} ?.*,/.test(written)) form.day = "numeric";
    if (form.day) form.month = new RegExp(MONTHS).test(written) ? "long" : "short";
    if (/\d{4}/.test(written)) form.year = "numeric";
    const language = document.documentElement.lang || "en-GB";
    time.title = written;
    time.textContent = new Intl.DateTimeFormat(language, form).format(at).replace(" at ", ", ");
  };

  const all = (root) => root.querySelectorAll("time[datetime]").forEach(inZone);

  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
})();
