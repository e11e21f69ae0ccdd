#pragma once
#include "sandbox/world/json.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tidemark::sandbox {

/// What Aloware has contacts in: power-dialer lists and sequences, and what it marked them with.
/// No call of the vendor reads any of it; `GET /state/aloware/memberships` does.
class AlowareLists {
public:
  /// Puts the contact at the end of the list; a second time puts it there twice.
  void queue(long list, const std::string& contact) { lists_[list].push_back(contact); }
  /// Takes the contact out of all lists. True when it was in any.
  bool unqueue(const std::string& contact);
  /// Empties a list. False when there is none of that number.
  bool empty_list(long list);
  /// False when the contact is in the sequence already and `again` is not wanted.
  /// A person makes a list. Its number.
  long make(std::string name);
  bool is_named(long list) const { return names_.contains(list); }
  /// `{"data":[{"id","name","contact_ids":[…]}]}` of the lists that people made.
  Json call_lists() const;
  void disenroll_all(const std::string& contact);
  bool enroll(long sequence, const std::string& contact, bool again);
  bool disenroll(long sequence, const std::string& contact);
  void mark(const std::string& contact, const char* with, long id) { marks_[contact][with] = id; }
  /// `[{"contact_id","powerdialer_lists":[…],"sequences":[…],"tag_id","disposition_status_id"}]`
  Json dump() const;
  void clear();

private:
  std::map<long, std::vector<std::string>> lists_;
  std::map<long, std::string> names_;
  std::set<std::pair<long, std::string>> sequences_;
  std::map<std::string, Json> marks_;
};

} // namespace tidemark::sandbox
