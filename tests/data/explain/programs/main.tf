terraform {
  required_version = ">= 1.5"
}

variable "zones" {
  type    = list(string)
  default = ["a", "b"]
}

locals {
  name  = "shop-${terraform.workspace}"
  small = length(var.zones) < 3 ? "t3.small" : "t3.large"
  tags  = { for z in var.zones : z => upper(z) if z != "" }
}

resource "aws_instance" "web" {
  for_each      = toset(var.zones)
  ami           = data.aws_ami.base.id
  instance_type = local.small
  tags          = merge(local.tags, { Name = "${local.name}-${each.key}" })

  lifecycle {
    ignore_changes = [ami]
  }
  user_data = <<-EOT
    #!/bin/sh
    echo ${each.value}
  EOT
}

data "aws_ami" "base" {
  most_recent = true
  owners      = ["self"]
}

output "ids" {
  value = [for i in aws_instance.web : i.id]
}

output "addresses" {
  value = values(aws_instance.web)[*].private_ip
}
