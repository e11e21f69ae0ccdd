#pragma once
#include "config/config.hpp"
#include "tests/simulation/ports/sim_http.hpp"

#include <string>
#include <vector>

namespace tidemark::sim {

/// The configuration of a run, read by the real loader; secrets as the vendors have them now. Its
/// number tells precedence, rates and concurrency.
config::Config sim_config(const std::vector<std::string>& tenants, const SimHttp::Vendors& vendors,
                          std::uint32_t number);

} // namespace tidemark::sim
