#include "tests/simulation/swarm/operators.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <fmt/format.h>

namespace tidemark::sim {
namespace {

constexpr const char* why = "the simulation wants it";
constexpr std::size_t rows_max = 3;
constexpr std::size_t days_back = 30;

} // namespace

std::string Operators::act(People& people, SimGateway& gateway, const KnownLog& known) {
  const auto plays = [&](const char* what) {
    const bool on = rng_.chance(swarm_.rate(what));
    if (on)
      coverage_.hit(std::string("fault.") + what);
    return on;
  };
  if (plays("import_opt_outs"))
    return import_opt_outs(people, gateway);
  if (plays("import_contacts"))
    return import_contacts(people, gateway);
  if (!sent_.empty() && plays("import_again"))
    return send_again(gateway);
  if (plays("reprocess"))
    return reprocess(people, gateway, known);
  if (plays("marked_by_hand"))
    return mark_by_hand(people, gateway);
  return {};
}

nlohmann::json Operators::file() {
  const auto name = fmt::format("list {} {}", ++files_, rng_.next());
  return {{"file_hash", to_hex(sha256(name))}, {"reason", why}};
}

gateway::Answer Operators::send(SimGateway& gateway, Sent rows) {
  auto answer = gateway.ask(rows.tenant, "POST", rows.path, rows.body);
  sent_.push_back(std::move(rows));
  return answer;
}

std::string Operators::import_opt_outs(People& people, SimGateway& gateway) {
  static const std::vector<std::string> by_phone{"all", "sms", "calls"};
  Sent rows{people.tenant(), "/api/v1/opt-outs/import", file()};
  const auto count = 1 + rng_.below(rows_max);
  for (std::size_t line = 1; line <= count; ++line) {
    const bool phone = rng_.chance(700);
    const auto address = people.put_on_list(rng_.below(swarm_.people), phone);
    nlohmann::json row{{"line", line},
                       {phone ? "phone" : "email", address},
                       {"channel", phone ? by_phone[rng_.below(by_phone.size())] : "all"}};
    if (rng_.chance(500))
      row["at"] = to_rfc3339(clock_.now() - std::chrono::hours(24 * (1 + rng_.below(days_back))));
    rows.body["rows"].push_back(std::move(row));
  }
  const auto answer = send(gateway, std::move(rows));
  return fmt::format("a list of {} opt-outs: {}", count, answer.status);
}

std::string Operators::import_contacts(People& people, SimGateway& gateway) {
  Sent rows{people.tenant(), "/api/v1/contacts/import", file()};
  std::vector<std::size_t> fresh;
  const auto count = 1 + rng_.below(rows_max);
  for (std::size_t line = 1; line <= count; ++line) {
    const auto known = people.all().size();
    rows.body["rows"].push_back({{"line", line}, {"fields", people.list_contact(rng_)}});
    if (people.all().size() > known)
      fresh.push_back(known);
  }
  const auto answer = send(gateway, std::move(rows));
  if (answer.status != 200) // it may have been taken all the same
    for (const auto place : fresh)
      people.may_be_nowhere(place);
  return fmt::format("a list of {} contacts: {}", count, answer.status);
}

std::string Operators::send_again(SimGateway& gateway) {
  const auto& rows = sent_[rng_.below(sent_.size())];
  const auto answer = gateway.ask(rows.tenant, "POST", rows.path, rows.body);
  return fmt::format("a list once more: {}", answer.status);
}

/// Of what was held back more often: only that can come to life.
std::string Operators::reprocess(People& people, SimGateway& gateway, const KnownLog& known) {
  const auto& tenant = people.tenant();
  const auto& of = rng_.chance(600) ? known().held(tenant) : known().webhooks(tenant);
  if (of.empty())
    return {};
  const auto position = of[rng_.below(of.size())];
  const auto answer = gateway.ask(
      tenant, "POST", fmt::format("/api/v1/webhooks/{}/reprocess", position), {{"reason", why}});
  return fmt::format("the webhook at {} is read again: {}", position, answer.status);
}

std::string Operators::mark_by_hand(People& people, SimGateway& gateway) {
  const auto left = left_by_hand(gateway, people.tenant(), "aloware");
  if (left.empty())
    return {};
  const bool told = rng_.chance(500);
  const auto who = people.mark_in_dialer(left[rng_.below(left.size())].address, told);
  coverage_.hit(told ? "marked.and_told" : "marked.and_not_told", who.empty() ? 0 : 1);
  return who.empty() ? "" : who + " is marked in the dialer by hand";
}

std::vector<LeftByHand> left_by_hand(SimGateway& gateway, const std::string& tenant,
                                     const std::string& system) {
  std::vector<LeftByHand> out;
  const auto path = "/api/v1/opt-outs/by-hand?connector=" + system;
  for (std::string after;;) {
    const auto answer =
        gateway.ask(tenant, "GET", path + (after.empty() ? "" : "&after=" + after), {});
    const auto page = nlohmann::json::parse(answer.body, nullptr, false);
    if (answer.status != 200)
      return out; // the tables could not be read just now
    for (const auto& item : page["items"])
      out.push_back({item.value("contact", ""),
                     item["address"].is_string() ? item["address"].get<std::string>() : "",
                     item.dump(), item["channels"] == nlohmann::json{"email"}});
    if (!page["next"].is_string())
      return out;
    after = page["next"];
  }
}

} // namespace tidemark::sim
