import { SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { notConnected } from '#shared/odoo/client/connection.ts';
import { removalPolicy } from './tables.ts';

/**
 * The secret that says where the ERP is and how to sign in. `oec-moodle erp connect` writes it; a deployment never
 * overwrites what it holds, since the template's own value stays the same.
 */
export function createErpConnection(scope: Construct, config: Config): Secret {
  const secret = new Secret(scope, 'ErpConnection', {
    description: 'URL, database, user and API key of the OpenEduCat (oec-moodle erp connect)',
    secretStringValue: SecretValue.unsafePlainText(notConnected),
    removalPolicy: removalPolicy(config),
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason: 'The key is made in Odoo by a person; Secrets Manager cannot rotate it.',
  });
  return secret;
}
