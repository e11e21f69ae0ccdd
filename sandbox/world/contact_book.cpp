#include "sandbox/world/contact_book.hpp"

#include <algorithm>

namespace tidemark::sandbox {
namespace {

std::vector<std::string> ids_of(const std::multimap<std::string, std::string>& index,
                                const std::string& key) {
  std::vector<std::string> ids;
  const auto [first, last] = index.equal_range(key);
  for (auto at = first; at != last; ++at)
    ids.push_back(at->second);
  return ids;
}

} // namespace

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

const Json* ContactBook::find(const std::string& id) const {
  const auto found = contacts_.find(id);
  return found == contacts_.end() ? nullptr : &found->second;
}
std::vector<std::string> ContactBook::with_phone(const std::string& phone) const {
  return phone.empty() ? std::vector<std::string>{} : ids_of(by_phone_, phone);
}
std::vector<std::string> ContactBook::with_email(const std::string& email) const {
  return email.empty() ? std::vector<std::string>{} : ids_of(by_email_, lower_case(email));
}

std::vector<std::string> ContactBook::asked_for(const std::string& phone,
                                                const std::string& email) const {
  if (!phone.empty() || !email.empty())
    return phone.empty() ? with_email(email) : with_phone(phone);
  std::vector<std::string> ids;
  for (const auto& [id, contact] : contacts_)
    ids.push_back(id);
  return ids;
}

const Json& ContactBook::put(const std::string& id, Json contact) {
  auto& place = contacts_[id];
  if (!place.is_null())
    unindex(id, place);
  place = std::move(contact);
  if (const auto phone = text_of(place, phone_); !phone.empty())
    by_phone_.emplace(phone, id);
  if (const auto email = text_of(place, email_); !email.empty())
    by_email_.emplace(lower_case(email), id);
  return place;
}

void ContactBook::erase(const std::string& id) {
  const auto found = contacts_.find(id);
  if (found == contacts_.end())
    return;
  unindex(id, found->second);
  contacts_.erase(found);
}

void ContactBook::unindex(const std::string& id, const Json& contact) {
  unindex(by_phone_, text_of(contact, phone_), id);
  unindex(by_email_, lower_case(text_of(contact, email_)), id);
}

void ContactBook::unindex(Index& index, const std::string& key, const std::string& id) {
  const auto [first, last] = index.equal_range(key);
  const auto found =
      std::find_if(first, last, [&](const auto& entry) { return entry.second == id; });
  if (found != last)
    index.erase(found);
}

void ContactBook::clear() {
  contacts_.clear();
  by_phone_.clear();
  by_email_.clear();
}

} // namespace tidemark::sandbox
