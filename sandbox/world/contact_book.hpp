#pragma once
#include "sandbox/world/json.hpp"

#include <map>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// The contacts of one system: its own JSON by id, found by phone or e-mail as well.
class ContactBook {
public:
  /// `phone` and `email` are the names of those members.
  ContactBook(const char* phone, const char* email) : phone_(phone), email_(email) {}

  const Json* find(const std::string& id) const;
  /// Ids of the contacts with this phone or this e-mail (case does not matter), oldest first.
  std::vector<std::string> with_phone(const std::string& phone) const;
  std::vector<std::string> with_email(const std::string& email) const;
  /// Stores or replaces. Gives the stored contact.
  const Json& put(const std::string& id, Json contact);
  void erase(const std::string& id);
  void clear();
  std::size_t size() const { return contacts_.size(); }
  /// All contacts, as an array.
  Json list() const { return values_of(contacts_); }
  /// Ids of those with the phone, else with the e-mail; of all where neither is asked for.
  std::vector<std::string> asked_for(const std::string& phone, const std::string& email) const;

private:
  using Index = std::multimap<std::string, std::string>;
  static void unindex(Index& index, const std::string& key, const std::string& id);
  void unindex(const std::string& id, const Json& contact);

  const char* phone_;
  const char* email_;
  std::map<std::string, Json> contacts_;
  Index by_phone_;
  Index by_email_;
};

/// ASCII letters in lower case.
std::string lower_case(std::string text);

} // namespace tidemark::sandbox
