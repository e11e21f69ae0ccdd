#include "sandbox/world/aloware_lists.hpp"

#include <algorithm>

namespace tidemark::sandbox {

bool AlowareLists::unqueue(const std::string& contact) {
  std::size_t gone = 0;
  for (auto& [list, contacts] : lists_)
    gone += std::erase(contacts, contact);
  return gone > 0;
}

bool AlowareLists::empty_list(long list) {
  const auto found = lists_.find(list);
  if (found == lists_.end())
    return false;
  found->second.clear();
  return true;
}

bool AlowareLists::enroll(long sequence, const std::string& contact, bool again) {
  return sequences_.emplace(sequence, contact).second || again;
}

bool AlowareLists::disenroll(long sequence, const std::string& contact) {
  return sequences_.erase({sequence, contact}) > 0;
}

Json AlowareLists::dump() const {
  std::map<std::string, Json> by_contact;
  const auto entry = [&](const std::string& contact) -> Json& {
    auto& made = by_contact[contact];
    if (made.is_null())
      made = {{"contact_id", contact},
              {"powerdialer_lists", Json::array()},
              {"sequences", Json::array()}};
    return made;
  };
  for (const auto& [list, contacts] : lists_)
    for (const auto& contact : contacts)
      entry(contact)["powerdialer_lists"].push_back(list);
  for (const auto& [sequence, contact] : sequences_)
    entry(contact)["sequences"].push_back(sequence);
  for (const auto& [contact, marks] : marks_)
    entry(contact).update(marks);
  Json out = Json::array();
  for (auto& [contact, made] : by_contact)
    out.push_back(std::move(made));
  return out;
}

void AlowareLists::clear() {
  lists_.clear();
  sequences_.clear();
  marks_.clear();
}

} // namespace tidemark::sandbox
