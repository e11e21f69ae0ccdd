#pragma once
#include "app/demo/systems.hpp"
#include "base/secret.hpp"

namespace tidemark::demo {

/// The service's configuration, as its users would write it, for the sandbox's four systems and any
/// free port.
std::string configuration(const SandboxAddresses& sandbox);
/// The secrets that it names, for the service's environment.
std::vector<std::pair<std::string, std::string>> secrets(const SecretText& api_token);

} // namespace tidemark::demo
