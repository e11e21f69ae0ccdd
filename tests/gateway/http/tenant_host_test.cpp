#include "gateway/http/tenant_host.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test::tenant_host_test {
namespace {

TEST(TenantHost, IsTheOneLabelBeforeTheDomain) {
  EXPECT_EQ(tenant_of_host("acme.example.org", "example.org"), "acme");
  EXPECT_EQ(tenant_of_host("Acme.Example.ORG:443", "example.org"), "acme");
  for (const auto* host : {"example.org", ".example.org", "a.b.example.org", "acme.example.com",
                           "acmeexample.org", "", "[::1]:80"})
    EXPECT_EQ(tenant_of_host(host, "example.org"), "") << host;
  EXPECT_EQ(tenant_of_host("acme.example.org", ""), "");
}

} // namespace
} // namespace tidemark::gateway::test::tenant_host_test
