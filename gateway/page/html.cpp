#include "gateway/page/html.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <array>
#include <utility>

namespace tidemark::gateway {
namespace {

constexpr std::string_view style =
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;"
    "overflow-wrap:anywhere}"
    "nav a{display:inline-block;margin:0 1rem .3rem 0}"
    "h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid "
    "#8888}"
    ".say{font-size:1.25rem}"
    ".w{font-weight:600;white-space:nowrap}"
    ".ok::before{content:'\\25CF\\20'}.slow::before{content:'\\25B2\\20'}"
    ".bad::before{content:'\\25A0\\20'}.off::before{content:'\\2016\\20'}"
    ".na::before{content:'?\\20'}"
    "@media (prefers-color-scheme:light){.ok{color:#0a5d2c}.slow{color:#7a4300}.bad{color:#a3000b}}"
    "@media (prefers-color-scheme:dark){.ok{color:#7be0a0}.slow{color:#ffc27a}.bad{color:#ff9a9a}}"
    "pre{white-space:pre-wrap;border:1px solid #8888;padding:.8rem}"
    "footer{margin-top:2rem;font-size:.9rem}"
    "@media (max-width:32rem){table,tbody,tr,td{display:block}thead{position:absolute;left:-99rem}"
    "td{border:0;padding:.1rem 0}tr{border-bottom:1px solid #8888;padding:.6rem 0}}"
    "@media print{nav{display:none}}";

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> about_tenant{{
    {"docs/visual", "Is it us?"},
    {"docs/visual/integrations", "Connected systems"},
    {"docs/visual/data-flow", "What goes where"},
    {"docs/visual/events", "What just happened"},
    {"docs/visual/sync-history", "What was passed on"},
    {"docs/visual/workflows", "What happens when"},
    {"docs/visual/architecture", "How it works"},
    {"docs/knowledge-base", "Help"},
}};

std::string links(const Page& page) {
  std::string out;
  for (const auto& [path, name] : about_tenant)
    if (page.has_tenant || path == "docs/visual" || path == "docs/visual/architecture"
        || path == "docs/knowledge-base")
      out += "<a href=\"" + escaped(page.base) + std::string(path) + "\">" + std::string(name)
             + "</a>";
  return out;
}

const std::string& policy() {
  static const auto out = "default-src 'none'; style-src 'sha256-"
                          + to_base64(as_view(sha256(style)))
                          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  return out;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text)
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '\0':
      out += "\xEF\xBF\xBD";
      break;
    default:
      out.push_back(c);
    }
  return out;
}

std::string time_html(Timestamp at) {
  const auto whole = to_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
  return "<time datetime=\"" + whole + "\">" + time_text(at) + "</time>";
}

std::string time_text(Timestamp at) {
  const auto whole = to_rfc3339(at);
  return whole.substr(0, 10) + " " + whole.substr(11, 8) + " UTC";
}

std::string age_text(std::chrono::microseconds age) {
  const auto seconds = std::max<std::int64_t>(0, age.count() / 1'000'000);
  const auto of = [](std::int64_t count, const char* one) {
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
  };
  if (seconds < 120)
    return of(seconds, "second");
  if (seconds < 2 * 3600)
    return of(seconds / 60, "minute");
  return seconds < 2 * 86'400 ? of(seconds / 3600, "hour") : of(seconds / 86'400, "day");
}

Answer html_answer(const Page& page) {
  Answer out;
  out.content_type = "text/html; charset=utf-8";
  out.headers.emplace_back("Content-Security-Policy", policy());
  out.headers.emplace_back("X-Content-Type-Options", "nosniff");
  out.headers.emplace_back("Referrer-Policy", "no-referrer");
  out.headers.emplace_back("Cache-Control", "no-store");
  out.body = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
             "name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>"
             + escaped(page.title) + " - Tidemark</title><style>" + std::string(style)
             + "</style></head><body><nav aria-label=\"Pages\">" + links(page) + "</nav><main><h1>"
             + escaped(page.title) + "</h1>" + page.main + "</main><footer>As things stood at "
             + time_html(page.at)
             + ". This page does not change by itself: load it again for the newest."
               "</footer></body></html>";
  return out;
}

} // namespace tidemark::gateway
