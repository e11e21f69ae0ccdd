#pragma once
#include <string>
#include <string_view>

namespace tidemark::gateway {

/// Metrics as Prometheus takes them. Where they name more than 50 tenants, the 20 that got most
/// webhooks keep their names, and the series of the rest are one each, as tenant `other`: their
/// sum, of ages and lags the largest, of what is left of something the least.
std::string with_tenants_summed(std::string text);

} // namespace tidemark::gateway
