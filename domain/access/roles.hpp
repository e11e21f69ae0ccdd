#pragma once
#include "events/access.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

/// What each role may: sets, no ladder.
namespace tidemark::domain {

using events::Role;

/// What a way in asks of its caller.
enum class Right : std::uint8_t {
  none,       ///< nothing: it is for anybody
  known,      ///< a token, whatever it is for
  read,       ///< of the tenant; personal data masked
  see_people, ///< personal data in full
  reveal,     ///< the bodies of stored webhooks and answers
  review,     ///< deciding reviews, stating opt-outs, trying failed deliveries again
  operate,    ///< every other act
  audit,      ///< who may do what, and who did
  administer, ///< tokens
  local,      ///< a program of this machine
};

class Rights {
public:
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const auto right : rights)
      bits_ |= bit(right);
  }
  constexpr bool has(Right right) const { return (bits_ & bit(right)) != 0; }
  constexpr bool includes(Rights other) const { return (other.bits_ & ~bits_) == 0; }

private:
  static constexpr std::uint16_t bit(Right right) {
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(right));
  }
  std::uint16_t bits_ = 0;
};

/// Of `api`: what it has besides the routes that its token lists.
Rights rights_of(Role role);
/// The role of that name, of those that a token may have; `none` for another word.
Role role_named(std::string_view name);
std::string_view name_of(Role role);
/// The roles of tokens that have the right, in their order.
std::vector<std::string_view> roles_with(Right right);

} // namespace tidemark::domain
