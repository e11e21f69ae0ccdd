#pragma once
#include "base/time.hpp"
#include "sandbox/world/json.hpp"

#include <cstdint>
#include <deque>
#include <string>

namespace tidemark::sandbox {

/// Something on its way to a person's telephone, or a word that came from there.
struct Send {
  std::string system;          ///< gohighlevel, aloware, verity
  bool inbound = false;        ///< a person wrote; `person` is the sender then
  std::string channel = "sms"; ///< sms, email, call; sequence, workflow: may write or ring later
  std::string person;          ///< phone, or e-mail address
  std::string text;            ///< "" for calls and the like
  std::string blocked{};       ///< why it did not go out: dnd, 40300, opted_out; "" when it did
  bool stop = false;           ///< an inbound whole-message opt-out word
};

/// All systems' sends and the people's own texts in one order, so that a test can prove that
/// nothing went out after an opt-out.
class Sends {
public:
  void add(Send send, Timestamp at);
  /// Entries with a number above `after`, at most `limit`.
  Json dump(std::uint64_t after, std::size_t limit) const;
  /// The next number goes on counting.
  void clear() { entries_.clear(); }

private:
  struct Entry {
    std::uint64_t number;
    std::int64_t at; // microseconds since 1970
    Send send;
  };
  std::deque<Entry> entries_;
  std::uint64_t count_ = 0;
};

} // namespace tidemark::sandbox
