#pragma once
#include <string>
#include <string_view>

namespace tidemark::gateway {

/// Whom a host names below a domain: of `acme.example.org:443` below `example.org` it is acme. ""
/// when it names nobody, or there is no such domain.
std::string tenant_of_host(std::string_view host, std::string_view domain);

} // namespace tidemark::gateway
