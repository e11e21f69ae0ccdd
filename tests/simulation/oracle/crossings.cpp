#include "tests/simulation/oracle/oracle.hpp"

#include <algorithm>

/// Somebody was added in a system that cannot be asked whom it has, and came from elsewhere before
/// it told of them: our record and theirs cross, and no engine can know.
namespace tidemark::sim {
namespace {

/// The system's own word: what we sent names its delivery, also where it comes back.
bool tells_of(const Entry& entry, const std::string& tenant, const std::string& system,
              const std::string& record) {
  return entry.type == "webhook.received.v1" && entry.tenant == tenant
         && entry.payload.value("connector", "") == system
         && entry.attachment.find('"' + record + '"') != std::string::npos;
}

bool names_our_delivery(const Entry& webhook) {
  return webhook.attachment.find("\"delivery_id\"") != std::string::npos;
}

} // namespace

/// From the intent on: until then the engine knows what it was told.
std::uint64_t Oracle::made_from(const Person& person, const std::string& system) const {
  const auto contacts = contacts_of(person);
  const auto made = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return entry.type == "delivery.intended.v1" && entry.payload.value("target", "") == system
           && entry.payload.value("operation", "") == "create"
           && contacts.contains(entry.payload.value("contact", ""))
           && intents_.at(delivery_named_in(entry)).has_left;
  });
  return made == entries_.end() ? 0 : made->position;
}

bool Oracle::has_crossed(const Person& person, const std::string& system,
                         const std::string& record) const {
  const auto made = made_from(person, system);
  const auto told = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return tells_of(entry, person.tenant, system, record); });
  return made > 0 && told != entries_.end() && !names_our_delivery(*told) && made < told->position;
}

bool Oracle::is_in_review(const Person& person) const {
  const auto contacts = contacts_of(person);
  return std::ranges::any_of(entries_, [&](const Entry& entry) {
    return entry.type == "identity.review_requested.v1"
           && (contacts.contains(entry.payload.value("contact", ""))
               || contacts.contains(entry.payload.value("other", "")));
  });
}

} // namespace tidemark::sim
