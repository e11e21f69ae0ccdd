#include "base/contains.hpp"
#include "config/sections.hpp"
#include "connectors/standard_webhooks.hpp"

#include <algorithm>
#include <set>

// Who is told of alerts (docs/alerts.md, "Telling somebody").
namespace tidemark::config {
namespace {

using Kind = ReceiverConfig::Kind;
using connectors::standard_webhooks::Key, connectors::standard_webhooks::read_key;

constexpr std::array<std::string_view, 3> kinds{"webhook", "alertmanager", "mail"};

Kind read_kind(Section& section) {
  const auto kind = section.text("kind", "", true);
  section.check("kind", kind.empty() || contains(kinds, kind), "there is no such kind",
                "use webhook, alertmanager or mail");
  return kind == "mail" ? Kind::mail : kind == "alertmanager" ? Kind::alertmanager : Kind::webhook;
}

void read_url(Section& section, ReceiverConfig& out) {
  out.url = section.text("url", "", true);
  out.plain = section.boolean("allow_plain", false);
  if (out.url.empty())
    return;
  const bool mail = out.kind == Kind::mail;
  const bool plain = out.url.starts_with("http://");
  const bool fits = mail ? out.url.starts_with("smtps://") || out.url.starts_with("smtp://")
                         : plain || out.url.starts_with("https://");
  if (!section.check("url", fits, "it is no address for this kind",
                     mail ? "write smtps://HOST:465, or smtp://HOST:587 with STARTTLS"
                          : "write https://HOST/PATH"))
    return;
  section.check("url",
                out.url.find('@') == std::string::npos && out.url.find(' ') == std::string::npos,
                "it holds a user or a blank", "write username and password as keys of their own");
  section.check("url", !plain || out.plain, "http sends unencrypted",
                "write https, or allow_plain = true where the way is your own machine or network");
}

void read_secret(Section& section, ReceiverConfig& out) {
  const auto given = section.secret("secret", out.kind == Kind::webhook);
  if (!given)
    return;
  const auto key = read_key(given->reveal());
  if (section.check("secret", key && key->kind != Key::Kind::public_half,
                    "it is no key to sign with: whsec_ and 24 to 64 bytes in base64, or whsk_",
                    "make one with: printf whsec_; openssl rand -base64 32"))
    out.secret = *given;
}

bool is_mail_address(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size()
         && text.find_first_of(" <>\r\n\t,;") == std::string::npos
         && text.find('@', at + 1) == std::string::npos;
}

void read_mail(Section& section, ReceiverConfig& out) {
  out.from = section.text("from", "", true);
  out.to = section.list("to");
  out.username = section.text("username");
  out.password = section.secret("password", !out.username.empty());
  section.check("from", out.from.empty() || is_mail_address(out.from), "it is no mail address",
                "write one such as tidemark@example.com");
  section.check("to", !out.to.empty() && std::ranges::all_of(out.to, is_mail_address),
                "it is no list of mail addresses", "write [\"ops@example.com\"]");
}

void read_whom(Section& section, ReceiverConfig& out, const std::vector<TenantConfig>& tenants) {
  const auto least = section.text("severity", "warning");
  section.check("severity", least == "warning" || least == "critical", "there is no such severity",
                "write warning (all alerts) or critical");
  out.critical_only = least == "critical";
  out.second_way = section.boolean("second_way", false);
  for (const auto& name : section.list("tenants")) {
    section.check(
        "tenants",
        std::ranges::any_of(tenants, [&](const auto& one) { return one.id.value == name; }),
        "there is no tenant " + name, "name tenants of this file, or leave it away for all");
    out.tenants.emplace_back(name);
  }
}

ReceiverConfig read_receiver(Section& section, const std::vector<TenantConfig>& tenants) {
  ReceiverConfig out;
  out.name = section.text("name", "", true);
  section.check("name", out.name.empty() || is_name(out.name), "it is not a name", how_to_name);
  if (is_name(out.name))
    section.rename(out.name);
  out.kind = read_kind(section);
  read_url(section, out);
  if (out.kind == Kind::webhook) {
    read_secret(section, out);
    out.heartbeat = section.boolean("heartbeat", false);
  } else if (out.kind == Kind::mail) {
    read_mail(section, out);
  }
  read_whom(section, out, tenants);
  section.refuse_unknown_keys();
  return out;
}

} // namespace

std::vector<ReceiverConfig> read_receivers(Section& alerts,
                                           const std::vector<TenantConfig>& tenants) {
  std::vector<ReceiverConfig> out;
  std::set<std::string> names;
  for (auto& section : alerts.each("receivers")) {
    out.push_back(read_receiver(section, tenants));
    const auto& name = out.back().name;
    section.check("name", name.empty() || names.insert(name).second,
                  "another receiver has the same name", "give each its own");
  }
  alerts.check("receivers",
               out.empty()
                   || std::ranges::any_of(out, [](const auto& one) { return !one.second_way; }),
               "each is a second way, and none is the first",
               "leave second_way away where alerts go at once");
  return out;
}

} // namespace tidemark::config
