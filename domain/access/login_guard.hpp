#pragma once
#include "base/time.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

/// Who guesses passwords.
namespace tidemark::domain {

/// Five failures within 15 minutes of one account from one block of addresses close that account to
/// that block for 15 minutes. From elsewhere it is only slowed, to an attempt a second after ten
/// failures: a stranger cannot lock its owner out. Knows nothing of whether an account exists.
class LoginGuard {
public:
  static constexpr std::uint32_t failures_max = 5, slowed_from = 10;
  static constexpr std::chrono::minutes window{15}, lock{15};
  static constexpr std::chrono::seconds slow{1};
  static constexpr std::size_t records_max = 10'000;

  /// Until when no attempt is looked at, if it is so; `locked`: by failures from this very block.
  struct Wait {
    Timestamp until;
    bool locked = false;
  };
  std::optional<Wait> wait(const std::string& account, const std::string& block,
                           Timestamp now) const;
  void failed(const std::string& account, const std::string& block, Timestamp now);
  void succeeded(const std::string& account, const std::string& block);
  /// Until when the account is closed to some block, if it is.
  std::optional<Timestamp> locked_until(const std::string& account, Timestamp now) const;

private:
  struct Record {
    std::uint32_t failures = 0;
    Timestamp last;
  };
  using Key = std::pair<std::string, std::string>; ///< account and block; "": of all together
  static std::optional<Timestamp> end_of_lock(const Record& record, Timestamp now);
  void note(const Key& key, Timestamp now);
  void forget_old(Timestamp now);

  std::map<Key, Record> records_;
};

} // namespace tidemark::domain
