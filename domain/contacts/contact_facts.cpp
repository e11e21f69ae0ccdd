#include "domain/contacts/contact_facts.hpp"

#include "domain/contacts/consent_words.hpp"

#include <array>

namespace tidemark::domain {
namespace {

using events::name_of_enum;

std::string state_of(const ContactRecord& record) {
  if (record.removed)
    return "deleted over there";
  if (record.replaced)
    return "another record took its place";
  if (!record.live)
    return "not in use";
  return record.remote_id.value.empty() ? "known there; the system has not told its id" : "in use";
}

std::string state_of(bool failed, bool done, bool leaving) {
  std::string out = leaving ? "being taken off" : "on it";
  if (failed)
    return out + ", which failed";
  return done ? out + ", done" : out + ", not confirmed";
}

/// By event, as the audit names it.
std::string closing_words(const ClosedChannel& closed) {
  auto out =
      std::string(consent_words::opted_out) + " since event " + std::to_string(closed.since.value);
  if (closed.input != closed.since)
    out += ", said again with event " + std::to_string(closed.input.value);
  return out;
}

std::string answer_words(const PropagatedChannel& told) {
  if (told.delivery.value.empty())
    return "by its own word";
  return std::string(told.confirmed ? consent_words::of_yes(told.answer)
                                    : consent_words::not_confirmed);
}

class FactWriter {
public:
  explicit FactWriter(const Contact& contact) : contact_(contact) {}

  ContactFacts write() {
    values();
    records();
    consent();
    places();
    activity();
    for (const auto& intent : contact_.open)
      put({FactKind::delivery, intent.target, intent.remote_id, intent.delivery.value},
          std::string(name_of_enum(intent.operation))
              + (intent.in_flight ? ": sent, its end is not known yet" : ": not sent yet"));
    for (const auto& one : contact_.absorbed)
      put({FactKind::absorbed, {}, {}, one.contact.value}, "became part of this one");
    return std::move(out_);
  }

private:
  void put(FactKey key, std::string text, std::optional<events::Field> field = {}) {
    out_.insert_or_assign(std::move(key), Fact{std::move(text), field});
  }

  void values() {
    for (const auto& [field, value] : contact_.merged) {
      const std::string name(name_of(field));
      put({FactKind::value, {}, {}, name}, value.reveal(), field);
      if (const auto* from = contact_.sources.find(field))
        put({FactKind::value_from, {}, {}, name}, from->value);
    }
  }

  void records() {
    for (const auto& record : contact_.records) {
      put({FactKind::record, record.connector, record.remote_id, ""}, state_of(record));
      for (const auto& [field, value] : record.held)
        put({FactKind::record_value, record.connector, record.remote_id,
             std::string(name_of(field))},
            value.reveal(), field);
    }
  }

  void consent() {
    for (const auto& closed : contact_.consent.closed)
      put({FactKind::closed,
           {},
           {},
           std::string(name_of_enum(closed.channel)),
           closed.address_hash},
          closing_words(closed));
    for (const auto& told : contact_.consent.propagated)
      put({FactKind::told, told.target, told.record, std::string(name_of_enum(told.channel))},
          (told.closed ? "closed, " : "open, ") + answer_words(told));
    for (const auto& heard : contact_.consent.heard)
      if (heard.taken)
        put({FactKind::told, heard.target, {}, std::string(name_of_enum(events::Channel::sms))},
            "closed, " + std::string(consent_words::forwarded));
  }

  void places() {
    for (const auto& list : contact_.placement.lists)
      put({FactKind::list, list.target, list.record, list.list},
          state_of(list.failed, list.done, list.leaving));
    for (const auto& owner : contact_.placement.owners)
      put({FactKind::owner, owner.target, owner.record, ""}, owner.value);
    for (const auto& sequence : contact_.placement.sequences)
      put({FactKind::sequence, sequence.target, sequence.record, ""},
          sequence.value.empty() ? "in none" : sequence.value);
  }

  void activity() {
    for (const auto& thread : contact_.messages.threads)
      put({FactKind::conversation, thread.system, {}, ""}, thread.conversation);
    if (contact_.messages.messages.empty())
      return;
    const auto& last = contact_.messages.messages.back();
    put({FactKind::last_message, last.source, {}, ""},
        std::string(last.inbound ? "from the person" : "to the person") + ", "
            + std::string(name_of_enum(last.status)));
  }

  const Contact& contact_;
  ContactFacts out_;
};

} // namespace

std::string_view name_of(FactKind kind) {
  constexpr std::array<std::string_view, 13> names{
      "value", "value_from", "record",       "record_value", "closed",   "told",    "list",
      "owner", "sequence",   "conversation", "last_message", "delivery", "absorbed"};
  return names.at(static_cast<std::size_t>(kind));
}

ContactFacts facts_of(const Contact& contact) {
  return FactWriter(contact).write();
}

std::vector<FactChange> changes_between(const ContactFacts& before, const ContactFacts& after) {
  std::vector<FactChange> out;
  for (const auto& [key, fact] : before) {
    const auto now = after.find(key);
    if (now == after.end())
      out.push_back({key, fact, {}});
    else if (now->second != fact)
      out.push_back({key, fact, now->second});
  }
  for (const auto& [key, fact] : after)
    if (!before.contains(key))
      out.push_back({key, {}, fact});
  return out;
}

} // namespace tidemark::domain
