#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/text/joined.hpp"
#include "base/text/split.hpp"
#include "gateway/api/context.hpp"
#include "gateway/api/json.hpp"
#include "gateway/openapi/document.hpp"
#include "gateway/openapi/routes.hpp"
#include "gateway/openapi/words.hpp"
#include "gateway/page/html.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::string_view docs_style =
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;"
    "margin:0 auto;padding:1rem;overflow-wrap:anywhere}h1{font-size:1.5rem}"
    "h2{font-size:1.15rem;margin-top:2rem}summary{padding:.2rem 0}dt{font-weight:600}"
    "nav a{margin-right:1rem}pre{white-space:pre-wrap}code,pre{font-size:.9rem}";

/// The part of the API that it belongs to: `contacts` of /api/v1/contacts/{id}.
std::string_view part_of(std::string_view path) {
  for (const std::string_view before : {"/api/v1/", "/t/{tenant}/", "/"})
    if (path.starts_with(before)) {
      path.remove_prefix(before.size());
      break;
    }
  return path.substr(0, path.find('/'));
}

std::string who_may(const Route& route) {
  std::string out;
  if (route.right == Right::none)
    out = route.is_webhook() ? "Nobody needs a token; the system signs." : "Nobody needs a token.";
  else if (route.right == Right::known)
    out = "Any token.";
  else
    out = "Roles: " + joined(domain::roles_with(route.right), ", ") + ".";
  return out + (route.installation ? " Only with a token of the installation." : "");
}

void add_names(std::string& out, std::string_view where, std::string_view names,
               const RouteText* text) {
  for (const auto name : split(names, " ")) {
    const auto* word = word_of(name);
    const bool needed = text && has_word(text->needs, name);
    out += "<dt><code>" + escaped(name) + "</code> <small>" + std::string(where)
           + (needed ? ", needed" : "") + "</small></dt><dd>" + (word ? escaped(word->says) : "")
           + "</dd>";
  }
}

/// A request to copy; a token stands in it by its variable only.
std::string curl_line(const Route& route, const RouteText* text) {
  std::string out = "curl";
  if (route.right != Right::none)
    out += " -H \"Authorization: Bearer $TOKEN\"";
  if (route.method != "GET" && route.method != "POST")
    out += " -X " + std::string(route.method);
  if (route.method != "GET" && !route.is_webhook() && !route.members.empty()) {
    std::string members;
    for (const auto name : split(text ? text->needs : std::string_view(), " "))
      members += (members.empty() ? "\"" : ", \"") + std::string(name) + "\": ...";
    out += " -d '{" + members + "}'";
  } else if (route.method == "POST") {
    out += " -X POST";
  }
  return out + " $TIDEMARK" + std::string(route.path);
}

std::string html_of(const Route& route) {
  const auto* text = text_of_route(route.name);
  std::string out = "<details><summary><code>" + std::string(route.method) + " "
                    + escaped(route.path) + "</code> " + (text ? escaped(text->says) : "")
                    + "</summary><p>" + who_may(route) + "</p>";
  std::string names;
  add_names(names, "query", route.parameters, text);
  add_names(names, "body", route.members, text);
  if (!names.empty())
    out += "<dl>" + names + "</dl>";
  return out + "<pre>" + escaped(curl_line(route, text)) + "</pre></details>";
}

/// `document`: leads from the page to openapi.json.
std::string docs_html(Routes routes, std::string_view document) {
  std::vector<std::pair<std::string_view, std::string>> parts; // in the order of the table
  for (const auto& route : routes) {
    if (!is_described(route))
      continue;
    const auto part = part_of(route.path);
    auto found = std::ranges::find(parts, part, &std::pair<std::string_view, std::string>::first);
    if (found == parts.end())
      found = parts.emplace(parts.end(), part, "");
    found->second += html_of(route);
  }
  std::string links, sections;
  for (const auto& [part, html] : parts) {
    const std::string name(part);
    links += "<a href=\"#" + name + "\">" + name + "</a> ";
    sections += "<section id=\"" + name + "\"><h2>" + name + "</h2>" + html + "</section>";
  }
  return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\"><title>The API - Tidemark</title><style>"
         + std::string(docs_style) + "</style></head><body><nav aria-label=\"Parts\">" + links
         + "</nav><main><h1>The API</h1><p>JSON, with a token in <code>Authorization: "
           "Bearer</code> "
           "or <code>X-API-Key</code>. For programs: <a href=\""
         + std::string(document)
         + "\">openapi.json</a>. An error has <code>error.code</code>, which stays as it is, and "
           "<code>error.message</code>: "
           "what is wrong and what to do. <code>$TIDEMARK</code> is where this service stands.</p>"
         + sections + "</main></body></html>";
}

Answer show_docs(const ApiContext& api) {
  static const auto html = docs_html(api.routes, "openapi.json"); // one table for all
  static const auto alias = docs_html(api.routes, "api/v1/openapi.json");
  static const auto policy = "default-src 'none'; style-src 'sha256-"
                             + to_base64(as_view(sha256(docs_style)))
                             + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  Answer out;
  out.content_type = "text/html; charset=utf-8";
  out.headers = {{"Content-Security-Policy", policy}, {"Referrer-Policy", "no-referrer"}};
  out.body = api.request.target.segments.size() == 1 ? alias : html;
  return out;
}

Answer show_openapi(const ApiContext& api) {
  static const auto text = openapi_document(api.routes, api.options.version).dump(1) + "\n";
  Answer out;
  out.body = text;
  return out;
}

/// For anyone: what may be asked is no secret, whoever may not is refused there.
constexpr Route for_anyone(std::string_view name, std::string_view path, AnswerHandler handler) {
  Route out{name, "GET", path, Right::none, handler};
  out.limited = true;
  return out;
}

constexpr Route openapi_rows[] = {
    for_anyone("openapi", "/api/v1/openapi.json", show_openapi),
    for_anyone("api_docs", "/api/v1/docs", show_docs),
    for_anyone("api_docs", "/api-docs", show_docs),
};

} // namespace

constinit const Routes openapi_routes = openapi_rows;

} // namespace tidemark::gateway
