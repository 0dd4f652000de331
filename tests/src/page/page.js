// Swagger UI on the document, whose requests go to the sandbox and are signed by it.
const dark = matchMedia("(prefers-color-scheme: dark)");
const setMode = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", setMode);
setMode();

async function sign(request) {
  const asked = { method: request.method, url: request.url, headers: request.headers, body: request.body ?? "" };
  const response = await fetch("/_sandbox/sign", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  const { header, signature, message, problem } = await response.json();
  document.getElementById("signed").hidden = !message && !problem;
  document.getElementById("title").textContent = problem
    ? "The request is not signed:"
    : `Signed message, whose HMAC-SHA256 is ${header}:`;
  document.getElementById("message").textContent = problem ?? message;
  if (!signature) return;
  for (const name of Object.keys(request.headers)) {
    if (name.toLowerCase() === header.toLowerCase()) delete request.headers[name];
  }
  request.headers[header] = signature;
}

// The names of the answers that a request can ask for.
const answer = document.getElementById("answer");
fetch("/_sandbox/answers.json")
  .then((response) => response.json())
  .then((names) => names.forEach((name) => answer.add(new Option(name))));

// The operation whose "Execute" was pressed last.
let pressed;
document.addEventListener("click", ({ target }) => {
  if (target.closest(".execute")) pressed = target.closest(".opblock");
});

// Scrolls to the answer once Swagger UI shows it.
function showAnswer(tries) {
  const shown = pressed?.querySelector(".live-responses-table");
  if (shown) shown.scrollIntoView({ block: "nearest" });
  else if (tries > 0) setTimeout(showAnswer, 100, tries - 1);
}

const ui = SwaggerUIBundle({
  url: "/openapi.yaml",
  dom_id: "#ui",
  docExpansion: "full",
  tryItOutEnabled: true,
  validatorUrl: null,
  async requestInterceptor(request) {
    if (request.loadSpec) return request;
    // The document names the vendor's server.
    const url = new URL(request.url, location.href);
    request.url = location.origin + url.pathname + url.search;
    if (answer.value) request.headers.Prefer = `example=${answer.value}`;
    await sign(request);
    return request;
  },
  responseInterceptor(response) {
    setTimeout(showAnswer, 100, 20);
    return response;
  },
  onComplete() {
    const schemes = ui.specSelectors.specJson().toJS().components?.securitySchemes ?? {};
    for (const [name, scheme] of Object.entries(schemes)) {
      if (scheme.type === "apiKey" && scheme["x-example"]) ui.preauthorizeApiKey(name, scheme["x-example"]);
    }
  },
});
