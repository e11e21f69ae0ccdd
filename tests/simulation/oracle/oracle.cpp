#include "tests/simulation/oracle/oracle.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "events/codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::sim {
namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::string_view newer_type = "contact.scored.v1"; // see SimEngine::append_unknown

bool ends_delivery(const std::string& type) {
  return type == "delivery.accepted.v1" || type == "delivery.rejected.v1"
         || type == "delivery.died.v1" || type == "delivery.superseded.v1"
         || type == "delivery.suppressed.v1" || type == "action.accepted.v1";
}

/// Of an answer's event the delivery is one level down.
std::string delivery_of(const nlohmann::json& payload) {
  if (payload.contains("facts"))
    return payload["facts"].value("delivery", "");
  return payload.value("delivery", "");
}

/// A mark on the person's record, or a message of theirs.
bool tells_of_opt_out(const Entry& webhook) {
  const auto& body = webhook.attachment;
  if (webhook.payload.value("connector", "") == "verity")
    return std::any_of(stop_texts().begin(), stop_texts().end(), [&](const std::string& text) {
      return body.find("\"body\":" + nlohmann::json(text).dump()) != std::string::npos;
    });
  return body.find("\"dnd\":true") != std::string::npos
         || body.find("\"is_dnc\":true") != std::string::npos;
}

/// The person's own word that they want messages again, later than `since` by the provider's time.
bool tells_of_opt_in(const Entry& webhook) {
  return webhook.payload.value("connector", "") == "verity"
         && webhook.payload.value("verdict", "") == "verified"
         && std::any_of(start_texts().begin(), start_texts().end(), [&](const std::string& text) {
              return webhook.attachment.find("\"body\":" + nlohmann::json(text).dump())
                     != std::string::npos;
            });
}

/// When it was said: by the texting system's clock, else when it was recorded.
Timestamp stated_at(const Entry& webhook) {
  if (webhook.payload.value("connector", "") == "verity") {
    const auto body = nlohmann::json::parse(webhook.attachment, nullptr, false);
    if (body.is_object())
      if (const auto at = from_rfc3339(body.value("timestamp", "")))
        return *at;
  }
  return webhook.recorded_at;
}

/// tenant/system of an event in `delivery/<system>/<contact>`.
std::string system_of(const Entry& entry) {
  const auto first = entry.stream.find('/') + 1;
  return entry.tenant + "/" + entry.stream.substr(first, entry.stream.rfind('/') - first);
}

/// Where each opt-in was decided, by its own position. Opt-outs are decided first, so what comes in
/// between is decided before it.
std::map<std::uint64_t, std::uint64_t> decided_opt_ins(const std::vector<Entry>& entries) {
  std::map<std::uint64_t, std::uint64_t> out;
  for (const auto& entry : entries)
    if (entry.type == "consent.changed.v1" && entry.payload.value("change", "") == "granted")
      out.emplace(entry.payload.value("input", std::uint64_t{0}), entry.position);
  return out;
}

std::string contact_of(const Entry& entry) {
  return entry.stream.substr(entry.stream.rfind('/') + 1);
}

} // namespace

std::string delivery_named_in(const Entry& entry) {
  return entry.type.starts_with("delivery.") || entry.type.starts_with("action.")
             ? delivery_of(entry.payload)
             : std::string();
}

void Oracle::fail(const std::string& invariant, const std::string& what) {
  if (!broken_)
    broken_ = Broken{invariant, what};
}

void Oracle::read(const SimDisk& disk, const std::map<std::string, std::string>& bodies) {
  for (; groups_read_ < disk.kept.size(); ++groups_read_) {
    const auto& group = disk.kept[groups_read_].group;
    for (const auto& record : group.records) {
      const auto bytes = group.record(record);
      if (chain_.empty())
        chain_.assign(hash_bytes, '\0');
      const auto rest = bytes.substr(0, bytes.size() - hash_bytes);
      const auto hash = sha256(chain_ + std::string(rest));
      if (as_view(hash) != bytes.substr(rest.size()))
        return fail("I4", fmt::format("the chain breaks at {}", entries_.size() + 1));
      chain_ = std::string(as_view(hash));
      const auto view = events::read_record(bytes);
      if (!view)
        return fail("I14", view.error().text);
      const auto& envelope = view->envelope;
      if (envelope.position.value != entries_.size() + 1)
        return fail(
            "I7", fmt::format("position {} follows {}", envelope.position.value, entries_.size()));
      if (envelope.epoch.value < epoch_)
        return fail("I18", fmt::format("epoch {} after {}", envelope.epoch.value, epoch_));
      epoch_ = envelope.epoch.value;
      take({envelope.position.value, std::string(envelope.type), envelope.tenant.value,
            envelope.stream.value, nlohmann::json::parse(view->payload),
            std::string(view->attachment), envelope.recorded_at, envelope.cause.value},
           bodies);
    }
  }
  coverage_.hit("checked.I4");
  coverage_.hit("checked.I7");
  coverage_.hit("checked.I18");
}

void Oracle::take(Entry entry, const std::map<std::string, std::string>& bodies) {
  const bool own = entry.stream.starts_with("contact/"); // its stream, not its deliveries'
  if (own && entry.type != newer_type && unreadable_.contains(contact_of(entry)))
    check_unreadable(entry);
  if (own && entry.type == "contact.observed.v1")
    check_order(entry);
  if (entry.type == "webhook.received.v1")
    take_webhook(entry, bodies);
  else if (entry.type.starts_with("delivery.retry_"))
    entry.type == "delivery.retry_scheduled.v1" ? take_delivery(entry) : take_retry(entry);
  else if (entry.type.starts_with("delivery.") || entry.type.starts_with("action."))
    take_delivery(entry);
  else if (entry.type == newer_type)
    unreadable_.insert(contact_of(entry));
  else if (entry.payload.dump().find("flapping") != std::string::npos)
    parked_contacts_.insert(contact_of(entry)), coverage_.hit("parked.flapping");
  take_asked(entry);
  entries_.push_back(std::move(entry));
}

/// A contact's events are decided in the order of the log, except that opt-outs are decided first
/// and lists from elsewhere behind what is new.
void Oracle::check_order(const Entry& entry) {
  const auto& input = entries_.at(entry.cause - 1);
  if (input.payload.value("maybe_opt_out", false) || input.type == "contact.imported.v1")
    return;
  auto& last = decided_to_[entry.stream];
  if (entry.cause < last)
    return fail("order",
                fmt::format("{} decides the input {} after {}", entry.position, entry.cause, last));
  last = entry.cause;
  coverage_.hit("checked.order");
}

/// I14: of a contact whose history cannot be read, nothing is concluded.
void Oracle::check_unreadable(const Entry& entry) {
  coverage_.hit("checked.I14");
  if (entry.type == "contact.consent_applied.v1") // an opt-out holds all the same; nobody is told
    return;
  const bool observed = entry.type == "contact.observed.v1" || entry.type == "call.observed.v1"
                        || entry.type == "message.observed.v1"
                        || entry.type == "contact.mentioned.v1"
                        || entry.type == "delivery.retry_decided.v1";
  if (!observed || entry.payload.value("reason_code", "") != "unknown_event_in_stream")
    fail("I14", fmt::format("{} at {} was decided although the contact has an unknown event",
                            entry.type, entry.position));
}

void Oracle::take_webhook(const Entry& entry, const std::map<std::string, std::string>& bodies) {
  const auto hash = entry.payload.value("body_sha256", "");
  const auto sent = bodies.find(hash);
  if (sent == bodies.end() || sent->second != entry.attachment)
    fail("I15", fmt::format("the body at {} is none that a vendor sent", entry.position));
  coverage_.hit("checked.I15");
  webhooks_[entry.tenant].push_back(entry.position);
  if (entry.payload.value("verdict", "") == "stale")
    webhooks_[entry.tenant + "/held"].push_back(entry.position);
  if (tells_of_opt_in(entry))
    take_opt_in(entry);
  const auto id = entry.payload.value("delivery_id", "");
  const auto key = entry.tenant + "/" + entry.payload.value("connector", "") + "/" + id;
  if (!id.empty() && ++deliveries_of_vendors_[key] > 1)
    fail("I1", fmt::format("{} stands in the log again at {}", key, entry.position));
}

void Oracle::take_delivery(const Entry& entry) {
  const auto id = delivery_of(entry.payload);
  if (entry.type == "delivery.intended.v1" || entry.type == "action.intended.v1") {
    auto& intent = intents_[id];
    intent.tenant = entry.tenant;
    const auto action = entry.payload.value("action", "");
    // A body with a mark tells of the opt-out; what it opens at Verity is seen at the end.
    const bool values = action.empty() && !entry.payload.contains("mark");
    intent.needs_consent = values || action == "send_message";
    intent.contact = entry.payload.value("contact", "");
    intent.target = entry.payload.value("target", "");
    for (const char* part : {"fields", "context"})
      for (const char* field : {"phone", "email"})
        if (entry.payload.contains(part) && entry.payload[part].contains(field))
          intent.addresses.insert(entry.payload[part][field].get<std::string>());
    open_.insert(id);
    return;
  }
  const auto at = intents_.find(id);
  if (at == intents_.end())
    return fail("I8", fmt::format("{} at {} is about no intent", entry.type, entry.position));
  auto& intent = at->second;
  if (!intent.end.empty())
    return fail("I8",
                fmt::format("{} at {} comes after {}", entry.type, entry.position, intent.end));
  const bool leaves = entry.type == "delivery.dispatched.v1";
  announced_[system_of(entry)] += leaves ? 1 : 0;
  intent.out = leaves ? epoch_ : 0;
  intent.dispatches += leaves ? 1 : 0;
  intent.mid_attempt = leaves || entry.type == "delivery.looked_up.v1";
  intent.has_left |= leaves && entry.payload.value("effect", false);
  if (!ends_delivery(entry.type))
    return;
  intent.end = entry.type;
  open_.erase(id);
  coverage_.hit("ended." + entry.type);
  if (entry.type == "delivery.rejected.v1" || entry.type == "delivery.died.v1")
    failed_.push_back({entry.tenant, intent.contact, id});
  if (entry.type == "delivery.accepted.v1" && intent.dispatches == 0)
    fail("I9", fmt::format("accepted at {} without a request", entry.position));
}

/// I27: what is asked for again is done once more, by one delivery, however often it is asked for;
/// only what failed is.
void Oracle::take_retry(const Entry& entry) {
  const auto id = delivery_of(entry.payload);
  coverage_.hit(entry.type == "delivery.retry_requested.v1" ? "retry.asked" : "retry.decided");
  if (entry.payload.value("outcome", "") != "applied")
    return;
  const auto& end = intents_.at(id).end;
  if (end != "delivery.rejected.v1" && end != "delivery.died.v1")
    return fail("I27", fmt::format("{} was tried again at {} after {}", id, entry.position, end));
  if (!retried_.insert(id).second)
    return fail("I27", fmt::format("{} was tried again a second time at {}", id, entry.position));
  coverage_.hit("checked.I27");
}

void Oracle::check_acks(const std::vector<Ack>& acks) {
  for (; acks_checked_ < acks.size(); ++acks_checked_) {
    const auto& ack = acks[acks_checked_];
    coverage_.hit(ack.duplicate ? "ack.duplicate" : "ack.accepted");
    const auto at = ack.position.value;
    if (at == 0 || at > entries_.size())
      return fail("I1",
                  fmt::format("acknowledged at {}, but the log ends at {}", at, entries_.size()));
    const auto& entry = entries_[at - 1];
    if (entry.type != "webhook.received.v1" || entry.tenant != ack.tenant
        || entry.payload.value("connector", "") != ack.system
        || entry.payload.value("body_sha256", "") != ack.body_sha256)
      return fail("I1", fmt::format("what was acknowledged at {} is not there", at));
  }
  coverage_.hit("checked.I1");
}

void Oracle::check_opt_outs(const std::vector<Person>& people) {
  for (const auto& person : people)
    if (person.opted_out)
      check_opt_outs_of(person);
}

/// Closed from the position of each sign on, until a later word of the person (requirement E6.7). A
/// mark that stood before that word, and is told again before it is decided, says nothing new.
void Oracle::check_opt_outs_of(const Person& person) {
  std::uint64_t since = 0;
  std::set<std::string> stood; // systems whose mark the last opt-in lifted
  std::uint64_t stood_until = 0;
  std::map<std::string, Timestamp>
      said; // by system: words each time, a mark when it was first told
  bool ever = false;
  const auto decided_at = decided_opt_ins(entries_);
  for (const auto& entry : entries_) {
    const bool theirs = entry.type == "webhook.received.v1" && entry.tenant == person.tenant
                        && is_about(person, entry.attachment);
    const auto system = theirs ? entry.payload.value("connector", "") : std::string{};
    if (theirs && system != "verity" && entry.position < stood_until && stood.contains(system))
      continue;
    if (theirs && tells_of_opt_out(entry)) {
      since = since == 0 ? entry.position : since;
      const auto first = said.try_emplace(system, stated_at(entry)).first;
      if (system == "verity")
        first->second = std::max(first->second, stated_at(entry));
      ever = true;
    } else if (theirs && since > 0 && tells_of_opt_in(entry)
               && std::all_of(said.begin(), said.end(),
                              [&](const auto& one) { return stated_at(entry) > one.second; })) {
      since = 0;
      stood.clear();
      for (const auto& [marked, at] : said)
        stood.insert(marked);
      const auto decided = decided_at.find(entry.position);
      stood_until = decided == decided_at.end() ? 0 : decided->second;
      said.clear();
      coverage_.hit("lifted");
    }
    if (since == 0 || entry.type != "delivery.dispatched.v1" || entry.tenant != person.tenant
        || !entry.payload.value("effect", false))
      continue;
    const auto& intent = intents_.at(delivery_of(entry.payload));
    if (intent.needs_consent
        && (intent.addresses.contains(person.phone) || intent.addresses.contains(person.email)))
      return fail("I3", fmt::format("{} opted out at {}, a request left at {}", person.name, since,
                                    entry.position));
  }
  coverage_.hit("checked.I3", ever ? 1 : 0);
  closed_.erase(person.tenant + person.phone);
  if (since > 0)
    closed_.insert(person.tenant + person.phone);
}

void Oracle::check_announced(const Requests& requests) {
  for (const auto& [system, count] : requests) {
    const auto announced = announced_[system];
    if (count > announced)
      return fail("I8", fmt::format("{} requests left for {}, {} are announced in the log", count,
                                    system, announced));
    coverage_.hit("checked.announced", count > 0 ? 1 : 0);
  }
}

void Oracle::check_evidence(const Answers& answers) {
  for (; acceptances_checked_ < entries_.size(); ++acceptances_checked_) {
    const auto& entry = entries_[acceptances_checked_];
    if (entry.type == "contact.observed.v1")
      if (const auto own = intents_.find(entry.payload.value("echo_of", "")); own != intents_.end())
        own->second.shown = true;
    const bool accepted = entry.type == "delivery.accepted.v1";
    if (!accepted && entry.type != "delivery.looked_up.v1")
      continue;
    const auto& answer = entry.payload["facts"]["answer"];
    const Evidence given{system_of(entry), answer.value("http_status", 0U),
                         answer.value("body_sha256", "")};
    auto& intent = intents_.at(delivery_of(entry.payload));
    const auto times = answers.find(given);
    const bool good = times != answers.end() && ++answers_used_[given] <= times->second
                      && given.status >= 200 && given.status < 300;
    intent.shown = intent.shown || good;
    if (!accepted)
      continue;
    if (!intent.shown)
      return fail("I9", fmt::format("accepted at {} on an answer that no vendor gave: {}",
                                    entry.position, entry.payload["facts"].dump()));
    coverage_.hit("checked.I9");
  }
}

void Oracle::check_all_ended() {
  for (const auto& id : open_) {
    const auto& intent = intents_.at(id);
    return fail("I25",
                fmt::format("intent {} about {} never came to an end; {} requests left for it", id,
                            intent.contact, intent.dispatches));
  }
  coverage_.hit("checked.I25");
  coverage_.hit("checked.I8", intents_.empty() ? 0 : 1);
}

void Oracle::check_nothing_out() {
  for (const auto& [id, intent] : intents_)
    if (intent.out == epoch_)
      return fail("I24", fmt::format("a clean stop left a request of {} without its answer", id));
  coverage_.hit("checked.I24", intents_.empty() ? 0 : 1);
}

void Oracle::check_tenants() {
  std::map<std::string, std::string> tenant_of;
  for (const auto& entry : entries_) {
    const bool about_contact =
        entry.stream.starts_with("contact/") || entry.stream.starts_with("delivery/");
    if (!about_contact)
      continue;
    const auto contact = entry.stream.substr(entry.stream.rfind('/') + 1);
    const auto [at, fresh] = tenant_of.emplace(contact, entry.tenant);
    if (!fresh && at->second != entry.tenant)
      return fail("I12", fmt::format("contact {} is of {} and at {} of {}", contact, at->second,
                                     entry.position, entry.tenant));
  }
  coverage_.hit("checked.I12", tenant_of.empty() ? 0 : 1);
}

std::set<std::string> Oracle::contacts_of(const Person& person) const {
  std::set<std::string> out;
  for (const auto& [id, intent] : intents_)
    if (intent.tenant == person.tenant
        && std::ranges::any_of(intent.addresses, [&](const auto& address) {
             return address == person.email || person.numbers.contains(address);
           }))
      out.insert(intent.contact);
  return out;
}

bool Oracle::is_being_written(const Person& person, std::string_view system) const {
  const auto contacts = contacts_of(person);
  return std::ranges::any_of(open_, [&](const auto& id) {
    const auto& intent = intents_.at(id);
    return intent.target == system && (intent.mid_attempt || intent.has_left)
           && contacts.contains(intent.contact);
  });
}

bool Oracle::given_up_about(const Person& person) const {
  const auto contacts = contacts_of(person); // a body that goes on names no address
  return std::any_of(intents_.begin(), intents_.end(), [&](const auto& entry) {
    const auto& intent = entry.second;
    return contacts.contains(intent.contact)
           && (intent.end == "delivery.died.v1" || intent.end == "delivery.rejected.v1"
               || parked_contacts_.contains(intent.contact)
               || unreadable_.contains(intent.contact));
  });
}

bool Oracle::delivered_about(const Person& person) const {
  return std::any_of(intents_.begin(), intents_.end(), [&](const auto& entry) {
    const auto& intent = entry.second;
    return intent.tenant == person.tenant && intent.end == "delivery.accepted.v1"
           && intent.addresses.contains(person.phone);
  });
}

bool Oracle::quarantined_about(const Person& person) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.tenant == person.tenant && entry.payload.value("verdict", "") == "stale"
           && entry.payload.value("connector", "") != "verity" // which says nothing of a record
           && !again_.contains(entry.position)                 // else it counts after all
           && is_about(person, entry.attachment);
  });
}

} // namespace tidemark::sim
