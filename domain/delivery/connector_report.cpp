#include "domain/delivery/connector_report.hpp"

#include <array>

namespace tidemark::domain {

std::string_view name_of(AccountState state) {
  static constexpr std::array<std::string_view, 5> names{"connected", "renewing", "not_connected",
                                                         "reconnect_needed", "failing"};
  return names[static_cast<std::size_t>(state)];
}

} // namespace tidemark::domain
