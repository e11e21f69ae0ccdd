#include "tests/simulation/oracle/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>

/// I29, I30: what operators bring in or have read again.
namespace tidemark::sim {
namespace {

constexpr std::string_view opt_out_row = "opt_out.imported.v1";
constexpr std::string_view contact_row = "contact.imported.v1";
constexpr std::string_view read_again = "webhook.reprocess_requested.v2";

/// Which row of which file it is, of what.
std::string row_named_in(const Entry& entry) {
  const auto& row = entry.payload;
  return fmt::format("{}/{}/{}/{}/{}", entry.tenant, entry.type, row.value("file_hash", ""),
                     row.value("line", 0U), row.value("address", ""));
}

} // namespace

void Oracle::take_asked(const Entry& entry) {
  if (entry.type == opt_out_row || entry.type == contact_row)
    take_row(entry);
  else if (entry.type == read_again)
    take_read_again(entry);
  else if (entry.type == "consent.changed.v1")
    check_opens_nothing(entry);
  else if (entry.type == "delivery.dispatched.v1")
    check_not_listed(entry);
  else if (entry.type == "delivery.intended.v1" || entry.type == "action.intended.v1")
    check_not_done_before(entry);
}

void Oracle::take_row(const Entry& entry) {
  coverage_.hit("row." + entry.type);
  if (!rows_.insert(row_named_in(entry)).second)
    return fail("I29", fmt::format("a row stands in the log again at {}", entry.position));
  if (entry.type == opt_out_row)
    listed_.emplace(entry.tenant + entry.payload.value("address", ""), entry.position);
}

void Oracle::take_read_again(const Entry& entry) {
  const auto webhook = entry.payload.value("webhook", std::uint64_t{0});
  if (webhook == 0 || webhook >= entry.position
      || entries_[webhook - 1].type != "webhook.received.v1"
      || entries_[webhook - 1].tenant != entry.tenant
      || entries_[webhook - 1].attachment != entry.attachment)
    return fail("I30", fmt::format("what is read again at {} never came", entry.position));
  again_.insert(webhook);
  coverage_.hit("read_again");
}

/// The input that a decision is about: of a webhook that was read again that one, as it came.
std::uint64_t Oracle::told_by(const Entry& entry) const {
  if (entry.cause == 0)
    return 0;
  const auto& cause = entries_[entry.cause - 1];
  return cause.type == read_again ? cause.payload.value("webhook", std::uint64_t{0}) : entry.cause;
}

/// A list never opts anybody in, and what was said long ago does not either. A row that is older
/// than the person's opt-in is for people to decide: texts wait for that, records do not.
void Oracle::check_opens_nothing(const Entry& entry) {
  const auto input = entry.payload.value("input", std::uint64_t{0});
  if (input == 0 || input > entries_.size())
    return;
  const auto& type = entries_[input - 1].type;
  if (type == opt_out_row && entry.payload.value("change", "") == "review") {
    std::erase_if(listed_, [&](const auto& one) { return one.second == input; });
    in_review_.insert(entry.tenant + entry.payload.value("address", ""));
  } else if (entry.payload.value("change", "") != "ignored") {
    in_review_.erase(entry.tenant + entry.payload.value("address", ""));
  }
  const bool asked = type == opt_out_row || type == contact_row || type == read_again;
  if (asked && entry.payload.value("change", "") == "granted")
    return fail(type == read_again ? "I30" : "I29",
                fmt::format("{} at {} opens an address", type, input));
  coverage_.hit("checked.opens_nothing", asked ? 1 : 0);
}

/// What stands on a list of opt-outs is not sent to, until a word of the person's own.
void Oracle::check_not_listed(const Entry& entry) {
  const auto at = intents_.find(delivery_named_in(entry));
  if (listed_.empty() || at == intents_.end() || !at->second.needs_consent
      || !entry.payload.value("effect", false))
    return;
  for (const auto& address : at->second.addresses)
    if (const auto row = listed_.find(entry.tenant + address);
        row != listed_.end() && !in_review_.contains(entry.tenant + address))
      return fail("I29", fmt::format("{} was on a list at {}, a request left at {}", address,
                                     row->second, entry.position));
  coverage_.hit("checked.I29");
}

/// Whoever says START after that wants to be written to.
void Oracle::take_opt_in(const Entry& entry) {
  std::erase_if(listed_, [&](const auto& one) {
    return one.first.starts_with(entry.tenant)
           && entry.attachment.find(one.first.substr(entry.tenant.size())) != std::string::npos;
  });
}

/// A webhook that is read again leads to nothing that it led to before.
void Oracle::check_not_done_before(const Entry& entry) {
  const auto webhook = told_by(entry);
  if (webhook == 0)
    return;
  const auto& cause = entries_[entry.cause - 1];
  if (cause.type != "webhook.received.v1" && cause.type != read_again)
    return;
  const auto what =
      fmt::format("{}/{}/{}/{}", webhook, entry.stream, entry.payload.value("target", ""),
                  entry.payload.value("action", ""));
  const auto [before, first] = led_to_.emplace(what, entry.cause);
  if (!first && before->second != entry.cause)
    return fail("I30", fmt::format("the webhook at {} led to {} before, and does again at {}",
                                   webhook, entry.type, entry.position));
  coverage_.hit("checked.I30", cause.type == read_again ? 1 : 0);
}

const std::vector<std::uint64_t>& Oracle::webhooks(const std::string& tenant) const {
  static const std::vector<std::uint64_t> none;
  const auto at = webhooks_.find(tenant);
  return at == webhooks_.end() ? none : at->second;
}

const std::vector<std::uint64_t>& Oracle::held(const std::string& tenant) const {
  return webhooks(tenant + "/held");
}

} // namespace tidemark::sim
