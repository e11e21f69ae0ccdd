#pragma once
#include "base/ids.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Which contacts may be one person (requirement C8). Only a proposal: a person decides.
namespace tidemark::domain {

struct DuplicateCandidate {
  ContactId contact;
  std::vector<std::string> phones; ///< identity keys, see normalise.hpp
  std::vector<std::string> emails;
  std::string first_name, last_name;
};

/// Contacts that hang together by at least one pair that is alike.
struct DuplicateCluster {
  std::vector<ContactId> contacts; ///< in the order of their ids; the first is proposed to stay
  std::vector<std::string> alike;  ///< by what: phone, email, name
  double name_likeness = 0;        ///< of the most alike names of a pair in it, 0 to 1
  bool names_differ = false;       ///< a pair shares an address, but its names are not alike
};

/// Names count as alike from here on. 0.93 joins "Jon Smith" and "John Smith", "Ann Kowalski" and
/// "Anne Kowalsky"; it keeps "John Smith" and "Jane Smith" apart.
inline constexpr double names_alike_from = 0.93;

/// Jaro-Winkler likeness of two names, 0 to 1: folded as for identity, words in any order. 0 when
/// one of them has less than two words: a first name alone says nothing.
double name_likeness(const DuplicateCandidate& a, const DuplicateCandidate& b);

/// Every cluster of two or more, in the order of their first contacts. Names are compared where the
/// longest words begin with the same two letters, so that the work does not grow with the square.
std::vector<DuplicateCluster> find_duplicates(const std::vector<DuplicateCandidate>& candidates);

} // namespace tidemark::domain
