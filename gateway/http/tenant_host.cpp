#include "gateway/http/tenant_host.hpp"

#include "gateway/http/framing.hpp"

namespace tidemark::gateway {

std::string tenant_of_host(std::string_view host, std::string_view domain) {
  host = host.substr(0, host.find(':'));
  if (domain.empty() || host.size() < domain.size() + 2)
    return {};
  const auto dot = host.size() - domain.size() - 1;
  if (host[dot] != '.' || !same_name(host.substr(dot + 1), domain))
    return {};
  std::string label(host.substr(0, dot));
  if (label.find('.') != std::string::npos)
    return {};
  for (auto& c : label)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c + ('a' - 'A'));
  return label;
}

} // namespace tidemark::gateway
