#include "gateway/api/context.hpp"
#include "gateway/api/refusal.hpp"
#include "gateway/console/assets.hpp"
#include "gateway/console/routes.hpp"

namespace tidemark::gateway {
namespace {

constexpr std::string_view page_name = "index.html";

const ConsoleAsset* asset_named(std::string_view name) {
  for (const auto& asset : console_assets())
    if (asset.name == name)
      return &asset;
  return nullptr;
}

std::string_view type_of(std::string_view name) {
  if (name.ends_with(".js"))
    return "text/javascript; charset=utf-8";
  if (name.ends_with(".css"))
    return "text/css; charset=utf-8";
  return name.ends_with(".txt") ? "text/plain; charset=utf-8" : "text/html; charset=utf-8";
}

Answer asset_answer(const ApiContext& api, const ConsoleAsset& asset) {
  const auto tag = "\"" + std::string(asset.sha256) + "\"";
  const bool is_page = asset.name == page_name;
  Answer out;
  out.content_type = type_of(asset.name);
  out.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src "
       "'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
       "require-trusted-types-for 'script'"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", is_page ? "no-cache" : "public, max-age=31536000, immutable"},
      {"ETag", tag},
  };
  if (connectors::only_header(api.request.headers, "if-none-match") == tag) {
    out.status = 304;
    out.content_type = {};
    return out;
  }
  out.body = asset.bytes;
  return out;
}

/// Its files are named relative to it, so that a proxy may put it below a path of its own.
Answer show_console(const ApiContext& api) {
  if (api.request.target.trailing_slash) {
    Answer elsewhere;
    elsewhere.status = 308;
    elsewhere.content_type = {};
    elsewhere.headers.emplace_back("Location", "../console");
    return elsewhere;
  }
  if (const auto* page = asset_named(page_name))
    return asset_answer(api, *page);
  return refusal(api, {"not_found", "this program was built without the console "
                                    "(-DTIDEMARK_WEB=OFF)"});
}

Answer show_console_file(const ApiContext& api) {
  if (const auto* asset = asset_named(api.segment("file")); asset && asset->name != page_name)
    return asset_answer(api, *asset);
  return refusal(api, {"not_found", "the console has no such file; load /console again"});
}

constexpr Route console_rows[] = {
    {"console", "GET", "/console", Right::none, show_console},
    {"console_file", "GET", "/console/{file}", Right::none, show_console_file},
};

} // namespace

constinit const Routes console_routes = console_rows;

} // namespace tidemark::gateway
