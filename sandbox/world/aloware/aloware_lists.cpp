#include "sandbox/world/aloware/aloware_lists.hpp"

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

long AlowareLists::make(std::string name) {
  const auto number = 4001 + static_cast<long>(names_.size());
  names_[number] = std::move(name);
  return number;
}

Json AlowareLists::call_lists() const {
  Json data = Json::array();
  for (const auto& [number, name] : names_) {
    Json ids = Json::array();
    if (const auto found = lists_.find(number); found != lists_.end())
      for (const auto& contact : found->second)
        ids.push_back(std::stol(contact));
    data.push_back({{"id", number}, {"name", name}, {"contact_ids", std::move(ids)}});
  }
  return {{"data", std::move(data)}};
}

void AlowareLists::disenroll_all(const std::string& contact) {
  std::erase_if(sequences_, [&](const auto& one) { return one.second == contact; });
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
      entry(contact)["powerdialer_lists"].push_back(names_.contains(list) ? Json(names_.at(list))
                                                                          : Json(list));
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
  names_.clear();
  sequences_.clear();
  marks_.clear();
}

} // namespace tidemark::sandbox
